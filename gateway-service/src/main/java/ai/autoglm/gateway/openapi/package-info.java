/// The HTTP surface described: an OpenAPI document made of the table of routes, and a page to read it.
@NullMarked
package ai.autoglm.gateway.openapi;

import org.jspecify.annotations.NullMarked;
