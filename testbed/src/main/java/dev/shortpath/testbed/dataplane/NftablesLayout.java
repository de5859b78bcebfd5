package dev.shortpath.testbed.dataplane;

/**
 * What stands in kube-proxy's nftables tables before any Service: base chains, dispatch maps,
 * masquerading (pkg/proxy/nftables/proxier.go of Kubernetes v1.34.1, {@code setupNFTables}), with
 * NodePorts on the node's primary address as nftables mode has it by default.
 */
final class NftablesLayout {
  private NftablesLayout() {}

  /** Removes the table, whether it is there or not. */
  static void remove(Family family, StringBuilder out) {
    out.append("add table ").append(family.nft).append(" kube-proxy\n");
    out.append("delete table ").append(family.nft).append(" kube-proxy\n");
  }

  /** Makes a table without any Service. */
  static void add(Family family, String nodeIp, StringBuilder out) {
    out.append(
        TEXT.replace("$IP", family.nft).replace("$TYPE", family.type).replace("$NODE", nodeIp));
  }

  // The mark is 1 << 14, kube-proxy's --iptables-masquerade-bit by default.
  private static final String TEXT =
      """
add table $IP kube-proxy { comment "rules for kube-proxy" ; }
add chain $IP kube-proxy filter-prerouting-pre-dnat { type filter hook prerouting priority -110 ; }
add chain $IP kube-proxy filter-output-pre-dnat { type filter hook output priority -110 ; }
add chain $IP kube-proxy filter-input { type filter hook input priority 0 ; }
add chain $IP kube-proxy filter-forward { type filter hook forward priority 0 ; }
add chain $IP kube-proxy filter-output { type filter hook output priority 0 ; }
add chain $IP kube-proxy nat-prerouting { type nat hook prerouting priority -100 ; }
add chain $IP kube-proxy nat-output { type nat hook output priority -100 ; }
add chain $IP kube-proxy nat-postrouting { type nat hook postrouting priority 100 ; }
add chain $IP kube-proxy nodeport-endpoints-check
add rule $IP kube-proxy filter-input ct state new jump nodeport-endpoints-check
add chain $IP kube-proxy service-endpoints-check
add rule $IP kube-proxy filter-input ct state new jump service-endpoints-check
add rule $IP kube-proxy filter-forward ct state new jump service-endpoints-check
add rule $IP kube-proxy filter-output ct state new jump service-endpoints-check
add chain $IP kube-proxy firewall-check
add rule $IP kube-proxy filter-prerouting-pre-dnat ct state new jump firewall-check
add rule $IP kube-proxy filter-output-pre-dnat ct state new jump firewall-check
add chain $IP kube-proxy services
add rule $IP kube-proxy nat-output jump services
add rule $IP kube-proxy nat-prerouting jump services
add chain $IP kube-proxy masquerading
add rule $IP kube-proxy nat-postrouting jump masquerading
add chain $IP kube-proxy cluster-ips-check
add rule $IP kube-proxy filter-forward ct state new jump cluster-ips-check
add rule $IP kube-proxy filter-output ct state new jump cluster-ips-check
add chain $IP kube-proxy mark-for-masquerade
add rule $IP kube-proxy mark-for-masquerade mark set mark or 0x00004000
add rule $IP kube-proxy masquerading mark and 0x00004000 == 0 return
add rule $IP kube-proxy masquerading mark set mark xor 0x00004000
add rule $IP kube-proxy masquerading masquerade fully-random
add set $IP kube-proxy cluster-ips { type $TYPE ; comment "Active ClusterIPs" ; }
add rule $IP kube-proxy cluster-ips-check $IP daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"
add set $IP kube-proxy nodeport-ips { type $TYPE ; comment "IPs that accept NodePort traffic" ; }
add element $IP kube-proxy nodeport-ips { $NODE }
add map $IP kube-proxy no-endpoint-services { type $TYPE . inet_proto . inet_service : verdict ; comment "vmap to drop or reject packets to services with no endpoints" ; }
add map $IP kube-proxy no-endpoint-nodeports { type inet_proto . inet_service : verdict ; comment "vmap to drop or reject packets to service nodeports with no endpoints" ; }
add chain $IP kube-proxy reject-chain { comment "helper for @no-endpoint-services / @no-endpoint-nodeports" ; }
add rule $IP kube-proxy reject-chain reject
add rule $IP kube-proxy service-endpoints-check $IP daddr . meta l4proto . th dport vmap @no-endpoint-services
add rule $IP kube-proxy nodeport-endpoints-check $IP daddr @nodeport-ips meta l4proto . th dport vmap @no-endpoint-nodeports
add map $IP kube-proxy firewall-ips { type $TYPE . inet_proto . inet_service : verdict ; comment "destinations that are subject to LoadBalancerSourceRanges" ; }
add rule $IP kube-proxy firewall-check $IP daddr . meta l4proto . th dport vmap @firewall-ips
add map $IP kube-proxy service-ips { type $TYPE . inet_proto . inet_service : verdict ; comment "ClusterIP, ExternalIP and LoadBalancer IP traffic" ; }
add map $IP kube-proxy service-nodeports { type inet_proto . inet_service : verdict ; comment "NodePort traffic" ; }
add rule $IP kube-proxy services $IP daddr . meta l4proto . th dport vmap @service-ips
add rule $IP kube-proxy services $IP daddr @nodeport-ips meta l4proto . th dport vmap @service-nodeports
""";
}
