package ai.autoglm.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import ai.autoglm.gateway.testing.Await;
import ai.autoglm.proto.v1.FinishReason;
import io.netty.util.internal.PlatformDependent;
import io.quarkus.test.junit.QuarkusTest;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A decoder that takes a prompt with many images, says again and again that it lives, and reads no row: rows wait
/// where they are made. Gateway and encoder are in this process, and so is all that either would hold.
@QuarkusTest
class StalledDecoderTest extends GatewayTest {
    private static final int IMAGE_COUNT = 10;
    /// screen1.png has 26 x 12 patches, of which four make a token.
    private static final int ROW_COUNT = IMAGE_COUNT * 78;

    private static final int ROW_VALUES = 100 * 1024;
    private static final long ROW_BYTES = ROW_VALUES * (long) Float.BYTES;
    /// An eighth of the rows. Of each image two messages wait at the gateway and one at the encoder, beside what
    /// the connections have under way: about 20 MB. Without flow control all rows leave the encoder, and heap and
    /// direct memory grow by about 200 MB each.
    private static final long BOUND_BYTES = ROW_COUNT * ROW_BYTES / 8;
    /// Netty's pools take direct memory in pieces of several MiB: up to 40 MB for what is under way.
    private static final long DIRECT_BOUND_BYTES = 2 * BOUND_BYTES;

    private static final Duration QUIET = Duration.ofMillis(500);

    @Test
    void holdsAFractionOfTheRowsHoweverLongItLasts() {
        CountDownLatch measured = new CountDownLatch(1);
        backends.vision().sendWideRows(ROW_VALUES);
        backends.decoder().follow(generation -> {
            generation.accept(0);
            do {
                generation.progress(0);
            } while (!await(measured));
            generation.finish(FinishReason.FINISH_REASON_LENGTH);
        });
        long heapBefore = heapBytes();
        long directBefore = directBytes();

        CompletableFuture<HttpResponse<String>> answer = CompletableFuture.supplyAsync(() -> chat(
                withParts(Collections.nCopies(IMAGE_COUNT, image("screen1.png")).toArray(String[]::new))));
        awaitStandstill();
        long heap = heapBytes() - heapBefore;
        long direct = directBytes() - directBefore;
        long sent = backends.vision().sentRowCount() * ROW_BYTES;
        measured.countDown();

        assertThat(sent).as("bytes of rows that have left the encoder").isBetween(1L, BOUND_BYTES);
        assertThat(heap).as("bytes of heap").isLessThan(BOUND_BYTES);
        assertThat(direct).as("bytes of direct memory").isLessThan(DIRECT_BOUND_BYTES);
        assertThat(answer.join().statusCode()).isEqualTo(200);
        Await.until(
                "the encoder hears of each image that nobody wants its rows",
                () -> backends.vision().cancelledCount() == IMAGE_COUNT);
    }

    /// Waits until no row goes anywhere any more.
    private void awaitStandstill() {
        Await.until("all images are being sent", () -> backends.vision().sentRowCount() >= IMAGE_COUNT);
        Await.until("nothing moves", () -> {
            int before = backends.vision().sentRowCount();
            Await.pause(QUIET);
            return backends.vision().sentRowCount() == before;
        });
    }

    private static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /// What the JVM counts, and what Netty takes behind its back.
    private static long directBytes() {
        long counted = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
        return counted + Math.max(0, PlatformDependent.usedDirectMemory());
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
