package dev.shortpath.image;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * An image's tar file, read apart from Jib.
 *
 * @param manifest the only entry of {@code manifest.json}
 * @param config the image's configuration
 * @param files the layers' files by name
 * @param directories the layers' directories, without a trailing slash
 */
record UnpackedImage(
    JsonNode manifest,
    JsonNode config,
    Map<String, TarArchiveEntry> files,
    Set<String> directories) {

  /** Reads a tar file and unpacks its layers, in the manifest's order, into a directory. */
  static UnpackedImage read(Path tar, Path root) throws IOException {
    Map<String, byte[]> outer = new HashMap<>();
    try (TarArchiveInputStream in = new TarArchiveInputStream(Files.newInputStream(tar))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        outer.put(entry.getName(), in.readAllBytes());
      }
    }
    ObjectMapper json = new ObjectMapper();
    JsonNode manifest = json.readTree(outer.get("manifest.json")).get(0);
    UnpackedImage image =
        new UnpackedImage(
            manifest,
            json.readTree(outer.get(manifest.get("Config").asText())),
            new TreeMap<>(),
            new TreeSet<>());
    for (JsonNode layer : manifest.get("Layers")) {
      InputStream bytes = new ByteArrayInputStream(outer.get(layer.asText()));
      try (TarArchiveInputStream in = new TarArchiveInputStream(new GZIPInputStream(bytes))) {
        image.unpack(in, root);
      }
    }
    return image;
  }

  private void unpack(TarArchiveInputStream in, Path root) throws IOException {
    for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
      Path path = root.resolve(entry.getName()).normalize();
      assertTrue(path.startsWith(root), entry.getName());
      if (entry.isDirectory()) {
        directories.add(root.relativize(path).toString());
        Files.createDirectories(path);
        continue;
      }
      assertTrue(entry.isFile() && !entry.isLink() && !entry.isSymbolicLink(), entry.getName());
      assertFalse(files.containsKey(entry.getName()), entry.getName());
      files.put(entry.getName(), entry);
      Files.createDirectories(path.getParent());
      Files.copy(in, path);
      Files.setPosixFilePermissions(path, permissions(entry.getMode()));
    }
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values(); // From the owner's read downwards.
    for (int i = 0; i < all.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        set.add(all[i]);
      }
    }
    return set;
  }
}
