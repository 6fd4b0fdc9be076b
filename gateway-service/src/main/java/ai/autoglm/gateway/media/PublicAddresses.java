package ai.autoglm.gateway.media;

import java.math.BigInteger;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/// Tells addresses of the public internet from all others. Java's own predicates miss several of these
/// ranges. Source: API.md 6.1; IANA's registries of special-purpose addresses.
final class PublicAddresses {
    private static final List<Range> NOT_PUBLIC_V4 = ranges(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4");

    /// Global unicast; what it holds of ranges that carry other addresses or reach nobody is taken out below.
    private static final List<Range> PUBLIC_V6 = ranges("2000::/3");

    private static final List<Range> NOT_PUBLIC_V6 = ranges("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private PublicAddresses() {}

    static boolean contain(InetAddress address) {
        // Java makes an Inet4Address of an IPv4-mapped one.
        return address instanceof Inet4Address
                ? !in(NOT_PUBLIC_V4, address)
                : in(PUBLIC_V6, address) && !in(NOT_PUBLIC_V6, address);
    }

    private static boolean in(List<Range> ranges, InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    private static List<Range> ranges(String... texts) {
        return Stream.of(texts).map(Range::parse).toList();
    }

    /// Addresses that begin with the same bits.
    private record Range(BigInteger prefix, int freeBits) {
        static Range parse(String text) {
            String[] parts = text.split("/", 2);
            InetAddress first = InetAddress.ofLiteral(parts[0]);
            int freeBits = first.getAddress().length * 8 - Integer.parseInt(parts[1]);
            return new Range(number(first).shiftRight(freeBits), freeBits);
        }

        boolean contains(InetAddress address) {
            return number(address).shiftRight(freeBits).equals(prefix);
        }

        private static BigInteger number(InetAddress address) {
            return new BigInteger(1, address.getAddress());
        }
    }
}
