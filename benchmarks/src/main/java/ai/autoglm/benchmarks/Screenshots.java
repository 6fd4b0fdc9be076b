package ai.autoglm.benchmarks;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/// Copies of one screenshot that differ in one pixel: no cache has seen them.
final class Screenshots {
    private final BufferedImage image;
    private int next;

    Screenshots(Path file) throws IOException {
        image = ImageIO.read(new ByteArrayInputStream(Files.readAllBytes(file)));
        // Other pixels in every run, or a server that still runs would know them.
        next = (int) (System.nanoTime() & 0xffff);
    }

    byte[] unseen() throws IOException {
        image.setRGB(0, 0, 0xff000000 | next++);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }
}
