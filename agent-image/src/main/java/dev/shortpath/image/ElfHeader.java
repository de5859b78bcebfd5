package dev.shortpath.image;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What an image must know of a program: the machine that it runs on and the loader that it names.
 *
 * <p>Offsets are those of the 64-bit ELF header and program header (System V gABI, chapters 4 and
 * 5; {@code elf(5)}). Only little-endian 64-bit programs are read: Shortpath has no others.
 *
 * @param architecture the machine as container images name it (OCI image specification, which takes
 *     Go's GOARCH), such as {@code amd64}
 * @param interpreter absolute path of the loader (PT_INTERP), empty for a static program
 */
record ElfHeader(String architecture, Optional<Path> interpreter) {
  private static final byte[] LITTLE_64 = {0x7f, 'E', 'L', 'F', 2, 1};
  private static final int HEADER_SIZE = 64;
  private static final int PROGRAM_HEADER_SIZE = 56;
  private static final int PT_INTERP = 3;
  private static final int PATH_MAX = 4096;

  /**
   * Reads a program's headers.
   *
   * @throws ImageException if the file is no 64-bit little-endian ELF program for amd64 or arm64
   * @throws IOException if the file cannot be read
   */
  static ElfHeader read(Path program) throws ImageException, IOException {
    try (FileChannel file = FileChannel.open(program)) {
      ByteBuffer header = at(file, 0, HEADER_SIZE);
      if (!header.slice(0, LITTLE_64.length).equals(ByteBuffer.wrap(LITTLE_64))) {
        throw new ImageException(
            "%s is not a 64-bit ELF program: build it anew".formatted(program));
      }
      return new ElfHeader(architecture(program, header.getShort(18)), interpreter(file, header));
    } catch (EOFException e) {
      throw new ImageException("%s is cut off: build it anew".formatted(program), e);
    }
  }

  private static String architecture(Path program, int machine) throws ImageException {
    return switch (machine) {
      case 62 -> "amd64";
      case 183 -> "arm64";
      default ->
          throw new ImageException(
              "%s is for ELF machine %d: images are built for amd64 (62) and arm64 (183)"
                  .formatted(program, machine));
    };
  }

  private static Optional<Path> interpreter(FileChannel file, ByteBuffer header)
      throws IOException {
    long table = header.getLong(32);
    int entrySize = Short.toUnsignedInt(header.getShort(54));
    int entries = Short.toUnsignedInt(header.getShort(56));
    for (int i = 0; i < entries; i++) {
      ByteBuffer entry = at(file, table + (long) i * entrySize, PROGRAM_HEADER_SIZE);
      if (entry.getInt(0) == PT_INTERP) {
        int length = (int) Math.min(Math.max(entry.getLong(32), 1), PATH_MAX);
        // The segment's size counts the terminating NUL.
        ByteBuffer text = at(file, entry.getLong(8), length).limit(length - 1);
        return Optional.of(Path.of(StandardCharsets.UTF_8.decode(text).toString()));
      }
    }
    return Optional.empty();
  }

  private static ByteBuffer at(FileChannel file, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (offset < 0 || file.read(bytes, offset + bytes.position()) < 0) {
        throw new EOFException();
      }
    }
    return bytes.rewind();
  }
}
