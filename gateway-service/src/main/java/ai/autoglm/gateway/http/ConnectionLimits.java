package ai.autoglm.gateway.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts open connections, in all and for each address.
final class ConnectionLimits {
    private final int max;
    private final int maxPerAddress;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<String, Integer> perAddress = new ConcurrentHashMap<>();

    ConnectionLimits(int max, int maxPerAddress) {
        this.max = max;
        this.maxPerAddress = maxPerAddress;
    }

    /// Whether there is room for one more; if so it is counted until [#close].
    boolean open(String address) {
        int all = open.incrementAndGet();
        int ofAddress = perAddress.merge(address, 1, Integer::sum);
        boolean admitted = all <= max && ofAddress <= maxPerAddress;
        if (!admitted) {
            close(address);
        }
        return admitted;
    }

    void close(String address) {
        open.decrementAndGet();
        perAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
    }
}
