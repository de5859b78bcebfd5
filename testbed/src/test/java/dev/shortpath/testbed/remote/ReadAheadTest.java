package dev.shortpath.testbed.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ReadAheadTest {
  @Test
  void everythingComesInOrderWhateverItsLength() throws Exception {
    byte[] all = new byte[5_000_000];
    new Random(1).nextBytes(all);
    assertArrayEquals(all, ReadAhead.of(new ByteArrayInputStream(all)).readAllBytes());
  }

  @Test
  void whatHasComeIsToldAndTheRestIsWaitedFor() throws Exception {
    PipedOutputStream writer = new PipedOutputStream();
    ReadAhead reader = ReadAhead.of(new PipedInputStream(writer));
    assertEquals(0, reader.available());
    writer.write(new byte[] {1, 2, (byte) 200});
    writer.flush();
    while (reader.available() < 3) {
      Thread.sleep(1);
    }
    assertEquals(1, reader.read());
    assertEquals(2, reader.available());
    assertArrayEquals(new byte[] {2, (byte) 200}, reader.readNBytes(2));
    writer.close();
    assertEquals(-1, reader.read());
    assertEquals(-1, reader.read());
  }

  @Test
  void aFailureComesAfterWhatWasReadBefore() throws Exception {
    InputStream broken =
        new InputStream() {
          private int left = 2;

          @Override
          public int read() throws IOException {
            if (left-- == 0) {
              throw new IOException("gone");
            }
            return 7;
          }

          @Override
          public int read(byte[] to, int from, int length) throws IOException {
            to[from] = (byte) read();
            return 1;
          }
        };
    ReadAhead reader = ReadAhead.of(broken);
    assertEquals(7, reader.read());
    assertEquals(7, reader.read());
    assertEquals("gone", assertThrows(IOException.class, reader::read).getMessage());
  }
}
