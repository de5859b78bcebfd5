package dev.shortpath.testbed.mesh;

import dev.shortpath.testbed.place.Node;
import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import java.nio.file.Path;
import java.util.List;

/**
 * Configuration of the HAProxy that stands in for ztunnel on a node: for each pod of the node an
 * outbound listener, the end of the tunnel and a plaintext inbound listener, all of them in the
 * pod's network namespace.
 *
 * <p>The original destination travels as the tunnel's server name, {@code PORT.ADDRESS}, inside the
 * handshake that both ends verify; in a PROXY header before it, anybody on the way could change it.
 * The client's end accepts only a certificate for that address (see {@link Certificates}), the
 * server's end passes on to its own pod's addresses only.
 *
 * <p>HAProxy 2.6 does not ask for the original destination of a redirected IPv6 connection. So its
 * IPv6 listeners know their one destination, and the pod's rules redirect no other IPv6 traffic.
 */
final class HaproxyConfig {
  private HaproxyConfig() {}

  /** The whole file. */
  static String of(Node node, List<Pair> pairs, int port, Certificates certificates, Path socket) {
    StringBuilder config = new StringBuilder(HEAD.formatted(node.name(), socket));
    for (Pair pair : pairs) {
      String outgoing6 = OUTBOUND6.replace("DESTINATION", AddressText.of(pair.server().ipv6()));
      if (pair.client().node().equals(node)) {
        config.append(fill(OUTGOING + outgoing6 + INCOMING, pair.client(), port, certificates));
      }
      if (pair.server().node().equals(node)) {
        config.append(fill(OUTGOING + INCOMING, pair.server(), port, certificates));
      }
    }
    return config.toString();
  }

  // One thread: a message passes the proxy's listeners one after the other, and a hand-over between
  // threads would cost more than it gains. The times are limits for idle connections.
  private static final String HEAD =
      """
      # Node proxy of %s, a stand-in for ztunnel.
      global
        stats socket %s mode 600 level user
        nbthread 1
        fd-hard-limit 65536
        tune.bufsize 16384
        ssl-default-bind-options ssl-min-ver TLSv1.3
        ssl-default-server-options ssl-min-ver TLSv1.3
        ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256
        ssl-default-server-ciphersuites TLS_AES_128_GCM_SHA256
      defaults
        mode tcp
        timeout connect 5s
        timeout client 24h
        timeout server 24h
      """;

  private static String fill(String section, Pod pod, int port, Certificates certificates) {
    String tls =
        "ssl crt %s ca-file %s verify required"
            .formatted(certificates.bundle(pod), certificates.authority());
    return section
        .replace("POD", pod.name())
        .replace("OUTBOUND", Integer.toString(Ports.OUTBOUND))
        .replace("INBOUND", Integer.toString(Ports.INBOUND))
        .replace("TUNNEL", Integer.toString(Ports.TUNNEL))
        .replace("NETNS", pod.netns())
        .replace("IPV4", pod.ipv4().getHostAddress())
        .replace("IPV6", AddressText.of(pod.ipv6()))
        .replace("PORT", Integer.toString(port))
        .replace("TLS", tls);
  }

  // A server's address 0.0.0.0 or :: stands for the connection's destination; there must be one of
  // each family.
  private static final String OUTGOING =
      """
      listen POD.outbound
        bind 127.0.0.1:OUTBOUND namespace NETNS
        bind [::1]:OUTBOUND namespace NETNS
        tcp-request content set-var-fmt(sess.to) "%[dst_port].%[dst]"
        server tunnel4 0.0.0.0:TUNNEL namespace NETNS TLS sni var(sess.to)
      """;

  // In the listener above.
  private static final String OUTBOUND6 =
      """
        tcp-request content set-var(sess.to) str(PORT.DESTINATION) if { dst ::1 }
        use-server tunnel6 if { dst ::1 }
        server tunnel6 [DESTINATION]:TUNNEL namespace NETNS TLS sni var(sess.to) weight 0
      """;

  private static final String INCOMING =
      """
      listen POD.inbound
        bind IPV4:TUNNEL namespace NETNS TLS
        bind [IPV6]:TUNNEL namespace NETNS TLS
        tcp-request content set-dst ssl_fc_sni,field(2,.,0)
        tcp-request content set-dst-port ssl_fc_sni,field(1,.)
        tcp-request content reject unless { dst IPV4 IPV6 }
        use-server app6 if { ssl_fc_sni -m sub : }
        server app4 0.0.0.0 namespace NETNS
        server app6 [::] namespace NETNS weight 0
      listen POD.plain
        bind 0.0.0.0:INBOUND namespace NETNS
        bind [::]:INBOUND v6only namespace NETNS
        use-server app6 if { src fd00::/8 }
        server app4 0.0.0.0 namespace NETNS
        server app6 [IPV6]:PORT namespace NETNS weight 0
      """;
}
