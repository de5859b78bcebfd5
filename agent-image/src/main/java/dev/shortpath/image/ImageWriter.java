package dev.shortpath.image;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.CredentialRetriever;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes an image as a tar file in the format of {@code docker save} and {@code docker load}, and
 * pushes it where a registry is given.
 */
final class ImageWriter {
  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]+)?");
  private static final FilePermissions EXECUTABLE = FilePermissions.fromOctalString("755");

  private ImageWriter() {}

  /** Likewise, without pushing it. */
  static WrittenImage write(ImageKind kind, List<Path> programs, Origin origin, Path tar)
      throws ImageException, IOException, InterruptedException {
    return write(kind, programs, origin, tar, null);
  }

  /**
   * Builds an image from nothing but programs and their libraries. The layer of libraries comes
   * first, because it changes less often. A file at {@code tar} is replaced in one step.
   *
   * @param programs files of the kind's programs, in the kind's order
   * @param registry host, port and path of a registry to push to; null for none
   * @return the image as it was written; pushed, its name ends with its digest there
   * @throws ImageException if a program or a library is missing
   * @throws IOException if a file cannot be read or written
   */
  static WrittenImage write(
      ImageKind kind, List<Path> programs, Origin origin, Path tar, String registry)
      throws ImageException, IOException, InterruptedException {
    Set<String> architectures = new TreeSet<>();
    Set<Path> libraries = new TreeSet<>();
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("programs");
    for (int i = 0; i < programs.size(); i++) {
      Path program = programs.get(i);
      ElfHeader elf = header(program, kind.programs().get(i));
      architectures.add(elf.architecture());
      if (elf.interpreter().isPresent()) {
        libraries.addAll(LibraryClosure.of(program, elf.interpreter().get()));
      }
      layer.addEntry(program.toRealPath(), inImage(kind.programs().get(i)), EXECUTABLE);
    }
    if (kind.plugins().isPresent()) {
      Path loader = header(programs.get(0), kind.programs().get(0)).interpreter().orElseThrow();
      for (Path plugin : kind.plugins().get().find()) {
        libraries.add(plugin);
        libraries.addAll(LibraryClosure.of(plugin, loader));
      }
    }
    if (architectures.size() != 1) {
      throw new ImageException(
          "the programs of image %s are for %s: build them anew"
              .formatted(kind.argument(), String.join(" and ", architectures)));
    }
    JibContainerBuilder image =
        Jib.fromScratch()
            .setFormat(ImageFormat.Docker)
            .setPlatforms(Set.of(new Platform(architectures.iterator().next(), "linux")))
            .setCreationTime(origin.created())
            .setEntrypoint(inImage(kind.programs().get(0)).toString())
            .setUser(kind.user())
            .setLabels(labels(kind, origin));
    if (!libraries.isEmpty()) {
      image.addFileEntriesLayer(layerOf(libraries));
    }
    image.addFileEntriesLayer(layer.build());
    String name = kind.repository() + ":" + origin.version();
    return write(image, name, libraries.size() + programs.size(), tar, registry);
  }

  private static ElfHeader header(Path program, ImageKind.Program kind)
      throws ImageException, IOException {
    if (!Files.isRegularFile(program)) {
      throw new ImageException("%s is missing: %s".formatted(program, kind.remedy()));
    }
    return ElfHeader.read(program);
  }

  private static AbsoluteUnixPath inImage(ImageKind.Program program) {
    return AbsoluteUnixPath.get("/" + program.name());
  }

  private static FileEntriesLayer layerOf(Set<Path> libraries) throws IOException {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName("libraries");
    for (Path library : libraries) {
      // The file itself under the name that the loader looks for, instead of a chain of links.
      layer.addEntry(library.toRealPath(), AbsoluteUnixPath.get(library.toString()), EXECUTABLE);
    }
    return layer.build();
  }

  private static Map<String, String> labels(ImageKind kind, Origin origin) {
    return Map.of(
        "org.opencontainers.image.title", kind.title(),
        "org.opencontainers.image.version", origin.version(),
        "org.opencontainers.image.revision", origin.revision());
  }

  private static WrittenImage write(
      JibContainerBuilder image, String name, int files, Path tar, String registry)
      throws ImageException, IOException, InterruptedException {
    // Beside the result, so that it can be moved there in one step; Jib's caches go with it.
    Path work = Files.createTempDirectory(tar.toAbsolutePath().getParent(), ".image-");
    try {
      Path written = work.resolve("image.tar");
      Containerizer tarFile =
          Containerizer.to(TarImage.at(written).named(name)).setOfflineMode(true);
      JibContainer container = image.containerize(cached(tarFile, work));
      if (registry != null) {
        ImageReference pushed = ImageReference.parse(registry + "/" + name);
        JibContainer there = image.containerize(cached(to(pushed), work));
        name = pushed + "@" + there.getDigest();
      }
      Files.move(written, tar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return new WrittenImage(name, container.getImageId().toString(), files, Files.size(tar));
    } catch (InvalidImageReferenceException e) {
      throw new ImageException("%s cannot be an image's name".formatted(name), e);
    } catch (RegistryException e) {
      throw new ImageException("registry %s: %s".formatted(registry, firstLine(e)), e);
    } catch (CacheDirectoryCreationException e) {
      throw new IOException(e.getMessage(), e);
    } catch (ExecutionException e) {
      if (registry != null) {
        throw new ImageException("registry %s: %s".formatted(registry, firstLine(e.getCause())), e);
      }
      throw new IOException(String.valueOf(e.getCause().getMessage()), e);
    } finally {
      delete(work);
    }
  }

  private static Containerizer cached(Containerizer to, Path work) {
    return to.setBaseImageLayersCache(work.resolve("base"))
        .setApplicationLayersCache(work.resolve("layers"));
  }

  /** By TLS, but for a registry of this machine; with what {@code docker login} has stored. */
  private static Containerizer to(ImageReference image) {
    CredentialRetriever credentials =
        CredentialRetrieverFactory.forImage(image, event -> {}).dockerConfig();
    return Containerizer.to(RegistryImage.named(image).addCredentialRetriever(credentials))
        .setAllowInsecureRegistries(LOOPBACK.matcher(image.getRegistry()).matches());
  }

  private static String firstLine(Throwable e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : message.lines().findFirst().orElse("").strip();
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
