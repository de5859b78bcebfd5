package dev.shortpath.testbed.mesh;

import dev.shortpath.harness.testbed.Command;
import dev.shortpath.harness.testbed.Remote;
import dev.shortpath.harness.testbed.TestbedException;
import dev.shortpath.testbed.place.Pod;
import dev.shortpath.testbed.place.Site;
import dev.shortpath.testbed.remote.Together;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Keys and certificates of a mesh, of one run: an authority, and a certificate for each pod whose
 * names are its SPIFFE identity and, for each of its addresses, {@code *.ADDRESS}, so that the
 * client's end of a tunnel to {@code PORT.ADDRESS} can tell whether the pod with that address is at
 * the other end. Keys are of P-256, as Istio's. Made with the {@code openssl} tool. Files with a
 * private key have mode 0600; who runs a proxy as another user gives it its own key.
 *
 * @param directory that holds them
 */
record Certificates(Path directory) {
  private static final String DAYS = "30";
  private static final Set<PosixFilePermission> SECRET =
      PosixFilePermissions.fromString("rw-------");

  /** Makes the authority and the pods' certificates. */
  static Certificates make(Site site, Path directory, List<Pod> pods)
      throws TestbedException, InterruptedException {
    Certificates certificates = new Certificates(directory);
    makeSecret(certificates.authorityKey());
    run(
        site,
        Command.of("openssl", "req", "-x509", "-newkey", "ec", "-nodes")
            .and("-pkeyopt", "ec_paramgen_curve:P-256", "-days", DAYS)
            .and("-subj", "/O=cluster.local")
            .and("-keyout", certificates.authorityKey().toString())
            .and("-out", certificates.authority().toString()));
    List<Callable<Void>> each = new ArrayList<>();
    pods.forEach(pod -> each.add(() -> certificates.issue(site, pod)));
    Together.all(each);
    return certificates;
  }

  private Void issue(Site site, Pod pod) throws TestbedException, InterruptedException {
    makeSecret(key(pod));
    makeSecret(bundle(pod));
    run(
        site,
        Command.of("openssl", "req", "-x509", "-newkey", "ec", "-nodes")
            .and("-pkeyopt", "ec_paramgen_curve:P-256", "-days", DAYS)
            .and("-CA", authority().toString(), "-CAkey", authorityKey().toString())
            .and("-subj", "/CN=" + pod.name())
            .and("-addext", "basicConstraints=critical,CA:FALSE")
            .and("-addext", "keyUsage=critical,digitalSignature")
            .and("-addext", "extendedKeyUsage=serverAuth,clientAuth")
            .and("-addext", "subjectAltName=critical," + names(pod))
            .and("-keyout", key(pod).toString())
            .and("-out", certificate(pod).toString()));
    try {
      Files.writeString(
          bundle(pod), Files.readString(certificate(pod)) + Files.readString(key(pod)));
      return null;
    } catch (IOException e) {
      throw new TestbedException("certificate of " + pod.name() + ": " + e.getMessage(), e);
    }
  }

  /** An empty file that nobody but its owner may read, whatever the umask: made before its key. */
  private static void makeSecret(Path file) throws TestbedException {
    try {
      Files.createFile(file, PosixFilePermissions.asFileAttribute(SECRET));
    } catch (IOException e) {
      throw new TestbedException("key file " + file + " cannot be made: " + e.getMessage(), e);
    }
  }

  private static String names(Pod pod) {
    return "URI:%s,DNS:*.%s,DNS:*.%s"
        .formatted(pod.identity(), AddressText.of(pod.ipv4()), AddressText.of(pod.ipv6()));
  }

  private static void run(Site site, Command command)
      throws TestbedException, InterruptedException {
    site.admin().feed(command, "", Remote.SOON);
  }

  /** The authority's certificate. */
  Path authority() {
    return directory.resolve("ca.pem");
  }

  private Path authorityKey() {
    return directory.resolve("ca.key");
  }

  /** A pod's certificate. */
  Path certificate(Pod pod) {
    return directory.resolve(pod.name() + ".crt");
  }

  /** A pod's key. */
  Path key(Pod pod) {
    return directory.resolve(pod.name() + ".key");
  }

  /** A pod's certificate and key in one file. */
  Path bundle(Pod pod) {
    return directory.resolve(pod.name() + ".pem");
  }
}
