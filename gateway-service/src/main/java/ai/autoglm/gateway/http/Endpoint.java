package ai.autoglm.gateway.http;

import java.util.List;

/// A part of the HTTP surface. What no endpoint lists does not exist.
public interface Endpoint {
    List<Route> routes();
}
