package ai.autoglm.gateway.openapi;

import ai.autoglm.gateway.error.HttpErrors;
import ai.autoglm.gateway.http.Route;
import ai.autoglm.toolkit.error.ErrorCode;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.responses.ApiResponses;
import io.vertx.core.http.HttpMethod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// The answers of requests that fail, made of the one table of error codes.
final class FailedAnswers {
    private static final String REFERENCE = "#/components/responses/";

    /// Of a request with a body. What any request may end with stands in `default`.
    private static final List<Integer> WITH_BODY = List.of(400, 401, 404, 408, 413, 415, 429, 500, 503, 504);

    /// Those that say in a header when to come again.
    private static final List<Integer> WITH_RETRY_AFTER = List.of(429, 503);

    private final Map<String, ApiResponse> components = new LinkedHashMap<>();

    /// @param body of each of them
    FailedAnswers(Content body) {
        SortedMap<Integer, SortedSet<String>> codes = codes();
        codes.forEach((status, names) -> components.put(
                Integer.toString(status), answer(status, "`error.code` is " + String.join(", ", names) + ".", body)));
        components.put(
                "error",
                new ApiResponse()
                        .description("`error.message` says what is wrong.")
                        .content(body));
    }

    /// By the name under which routes refer to them.
    Map<String, ApiResponse> components() {
        return components;
    }

    /// Adds those that a route may give.
    void addTo(ApiResponses responses, Route route) {
        statuses(route).forEach(status -> responses.addApiResponse(Integer.toString(status), reference(status)));
        responses.addApiResponse("default", reference("error"));
    }

    private static List<Integer> statuses(Route route) {
        if (route.method().equals(HttpMethod.POST)) {
            return WITH_BODY;
        }
        return WITH_BODY.stream()
                .filter(status -> (status == 401 && route.needsKey()) || (status == 404 && route.hasParameter()))
                .toList();
    }

    private static ApiResponse reference(Object name) {
        return new ApiResponse().$ref(REFERENCE + name);
    }

    private static ApiResponse answer(int status, String description, Content body) {
        ApiResponse answer = new ApiResponse().description(description).content(body);
        if (WITH_RETRY_AFTER.contains(status)) {
            answer.addHeaderObject(
                    "Retry-After",
                    new Header()
                            .description("Seconds, from 1 to 60. Absent where waiting does not help.")
                            .schema(new IntegerSchema()));
        }
        return answer;
    }

    /// What clients read, by status. 499 is for the log only, and no failure of the server is told apart.
    private static SortedMap<Integer, SortedSet<String>> codes() {
        SortedMap<Integer, SortedSet<String>> codes = new TreeMap<>();
        for (ErrorCode code : ErrorCode.values()) {
            int status = HttpErrors.status(code);
            String name = status == 500 ? ErrorCode.INTERNAL.wireName() : code.wireName();
            if (code != ErrorCode.CLIENT_CLOSED_REQUEST) {
                codes.computeIfAbsent(status, _ -> new TreeSet<>()).add(name);
            }
        }
        return codes;
    }
}
