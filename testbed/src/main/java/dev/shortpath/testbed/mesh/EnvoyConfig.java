package dev.shortpath.testbed.mesh;

import dev.shortpath.testbed.place.Pair;
import dev.shortpath.testbed.place.Pod;
import java.nio.file.Path;

/**
 * Bootstrap of a sidecar's Envoy, with the listeners, clusters and names that Istio gives a sidecar
 * for a TCP service with mutual TLS: {@code virtualOutbound} on 15001 hands a connection over to
 * the listener of its original destination or passes it through; {@code virtualInbound} on 15006
 * takes mTLS and plaintext and goes on to the original destination from 127.0.0.6 or ::6.
 */
final class EnvoyConfig {
  private EnvoyConfig() {}

  /**
   * The whole file.
   *
   * @param pod the sidecar's own
   * @param pair of which it is one
   * @param port of the service
   * @param socket for its administration
   */
  static String of(Pod pod, Pair pair, int port, Certificates certificates, Path socket) {
    return BOOTSTRAP
        .replace("@POD@", pod.name())
        .replace("@SOCKET@", socket.toString())
        .replace("@OUTBOUND@", Integer.toString(Ports.OUTBOUND))
        .replace("@INBOUND@", Integer.toString(Ports.INBOUND))
        .replace("@PORT@", Integer.toString(port))
        .replace("@SERVER4@", pair.server().ipv4().getHostAddress())
        .replace("@SERVER6@", AddressText.of(pair.server().ipv6()))
        .replace("@SERVER@", pair.server().identity())
        .replace("@CLIENT@", pair.client().identity())
        .replace("@CRT@", certificates.certificate(pod).toString())
        .replace("@KEY@", certificates.key(pod).toString())
        .replace("@CA@", certificates.authority().toString());
  }

  private static final String BOOTSTRAP =
      """
      node: {id: "sidecar~@POD@", cluster: "@POD@"}
      admin: {address: {pipe: {path: "@SOCKET@", mode: 384}}}
      static_resources:
        listeners:
        - name: virtualOutbound
          traffic_direction: OUTBOUND
          address: {socket_address: {address: 0.0.0.0, port_value: @OUTBOUND@}}
          additional_addresses:
          - address: {socket_address: {address: "::", port_value: @OUTBOUND@}}
          use_original_dst: true
          filter_chains:
          - filters: [
              {name: tcp, typed_config: {
                "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy,
                stat_prefix: passthrough, cluster: PassthroughCluster}}]
        - name: "@SERVER4@_@PORT@"
          traffic_direction: OUTBOUND
          bind_to_port: false
          address: {socket_address: {address: "@SERVER4@", port_value: @PORT@}}
          filter_chains:
          - filters:
            - name: tcp
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                stat_prefix: outbound
                cluster: "outbound|@PORT@||v4"
        - name: "@SERVER6@_@PORT@"
          traffic_direction: OUTBOUND
          bind_to_port: false
          address: {socket_address: {address: "@SERVER6@", port_value: @PORT@}}
          filter_chains:
          - filters:
            - name: tcp
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                stat_prefix: outbound
                cluster: "outbound|@PORT@||v6"
        - name: virtualInbound
          traffic_direction: INBOUND
          address: {socket_address: {address: 0.0.0.0, port_value: @INBOUND@}}
          additional_addresses:
          - address: {socket_address: {address: "::", port_value: @INBOUND@}}
          listener_filters_timeout: 0s
          listener_filters:
          - name: original_dst
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.listener.original_dst.v3.OriginalDst
          - name: tls_inspector
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector
          filter_chains:
          - filter_chain_match: {transport_protocol: tls, application_protocols: [istio]}
            transport_socket:
              name: tls
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext
                require_client_certificate: true
                common_tls_context:
                  alpn_protocols: [istio]
                  tls_params: &tls13 {tls_minimum_protocol_version: TLSv1_3,
                                      tls_maximum_protocol_version: TLSv1_3}
                  tls_certificates: &certificate
                  - certificate_chain: {filename: "@CRT@"}
                    private_key: {filename: "@KEY@"}
                  validation_context:
                    trusted_ca: {filename: "@CA@"}
                    match_typed_subject_alt_names:
                    - {san_type: URI, matcher: {exact: "@CLIENT@"}}
            filters:
            - name: tcp
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                stat_prefix: inbound
                cluster: "inbound|@PORT@||"
          - filter_chain_match: {transport_protocol: raw_buffer}
            filters:
            - name: tcp
              typed_config:
                "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                stat_prefix: plain
                cluster: InboundPassthroughCluster
        clusters:
        - {name: PassthroughCluster, type: ORIGINAL_DST, lb_policy: CLUSTER_PROVIDED}
        - name: "inbound|@PORT@||"
          type: ORIGINAL_DST
          lb_policy: CLUSTER_PROVIDED
          upstream_bind_config: &loopback
            source_address: {address: 127.0.0.6, port_value: 0}
            extra_source_addresses: [{address: {address: "::6", port_value: 0}}]
        - name: InboundPassthroughCluster
          type: ORIGINAL_DST
          lb_policy: CLUSTER_PROVIDED
          upstream_bind_config: *loopback
        - name: "outbound|@PORT@||v4"
          type: STATIC
          load_assignment:
            cluster_name: "outbound|@PORT@||v4"
            endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {
              address: "@SERVER4@", port_value: @PORT@}}}}]}]
          transport_socket: &mtls
            name: tls
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext
              sni: "outbound_.@PORT@_._.server"
              common_tls_context:
                alpn_protocols: [istio]
                tls_params: *tls13
                tls_certificates: *certificate
                validation_context:
                  trusted_ca: {filename: "@CA@"}
                  match_typed_subject_alt_names:
                  - {san_type: URI, matcher: {exact: "@SERVER@"}}
        - name: "outbound|@PORT@||v6"
          type: STATIC
          load_assignment:
            cluster_name: "outbound|@PORT@||v6"
            endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {
              address: "@SERVER6@", port_value: @PORT@}}}}]}]
          transport_socket: *mtls
      """;
}
