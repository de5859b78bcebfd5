package node

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/vishvananda/netlink"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/client-go/informers"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	netutils "k8s.io/utils/net"
	"sigs.k8s.io/knftables"
)

const (
	// Marks the routes that this node made (rtnetlink(7), rtm_protocol; above RTPROT_STATIC is the administrator's).
	routeProtocol = 107
	cniConfig     = cniConfDir + "/10-kube-node.conflist"
	ipv4Multicast = "224.0.0.0/4"
	ipv6Multicast = "ff00::/8"
)

// Network is what flannel's host-gw backend is to k3s: each node's pods on a bridge, and a route to every other node's
// pods by way of that node's address; what leaves the cluster takes the node's address.
type Network struct {
	name        string
	mtu         int
	clusterCIDR []string
	configured  bool
}

// Run keeps the routes as the cluster's nodes are, until the context ends.
func (n *Network) Run(ctx context.Context, client clientset.Interface) error {
	for _, cidr := range n.clusterCIDR {
		if err := masquerade(ctx, cidr); err != nil {
			return err
		}
	}
	factory := informers.NewSharedInformerFactory(client, 0)
	nodes := factory.Core().V1().Nodes()
	changed := make(chan struct{}, 1)
	notify := func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	}
	if _, err := nodes.Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc: func(any) { notify() }, UpdateFunc: func(any, any) { notify() }, DeleteFunc: func(any) { notify() },
	}); err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	said := ""
	for {
		all, err := nodes.Lister().List(labels.Everything())
		if err == nil {
			err = n.apply(all)
		}
		// The same complaint once; it is tried again all the same, for what stands in the way may go.
		if err != nil && err.Error() != said {
			fmt.Fprintln(os.Stderr, "kube-node: routes:", err)
			said = err.Error()
		}
		retry := time.Hour
		if err != nil {
			retry = time.Second
		}
		select {
		case <-ctx.Done():
			return nil
		case <-changed:
		case <-time.After(retry):
		}
	}
}

func (n *Network) apply(nodes []*corev1.Node) error {
	wanted := map[string]netlink.Route{}
	for _, node := range nodes {
		if node.Name == n.name {
			if err := n.configureCNI(node.Spec.PodCIDRs); err != nil {
				return err
			}
			continue
		}
		for _, cidr := range node.Spec.PodCIDRs {
			_, dst, err := net.ParseCIDR(cidr)
			if err != nil {
				return fmt.Errorf("node %s: pods' range %s: %w", node.Name, cidr, err)
			}
			if gateway := internalIP(node, netutils.IsIPv6CIDR(dst)); gateway != nil {
				wanted[dst.String()] = netlink.Route{Dst: dst, Gw: gateway, Protocol: routeProtocol}
			}
		}
	}
	present, err := netlink.RouteListFiltered(netlink.FAMILY_ALL, &netlink.Route{Protocol: routeProtocol}, netlink.RT_FILTER_PROTOCOL)
	if err != nil {
		return fmt.Errorf("list routes: %w", err)
	}
	for i := range present {
		route := &present[i]
		want, keep := wanted[route.Dst.String()]
		if keep && want.Gw.Equal(route.Gw) {
			delete(wanted, route.Dst.String())
		} else if !keep {
			if err := netlink.RouteDel(route); err != nil {
				return fmt.Errorf("remove route to %s: %w", route.Dst, err)
			}
		}
	}
	for dst, route := range wanted {
		if err := netlink.RouteReplace(&route); err != nil {
			return fmt.Errorf("route to %s by %s: %w: host-gw needs all nodes on one network", dst, route.Gw, err)
		}
	}
	return nil
}

func internalIP(node *corev1.Node, ipv6 bool) net.IP {
	for _, a := range node.Status.Addresses {
		if ip := netutils.ParseIPSloppy(a.Address); a.Type == corev1.NodeInternalIP && ip != nil && netutils.IsIPv6(ip) == ipv6 {
			return ip
		}
	}
	return nil
}

// configureCNI writes the CNI configuration as soon as the node has its ranges; with it the node becomes ready.
func (n *Network) configureCNI(podCIDRs []string) error {
	if n.configured || len(podCIDRs) < len(n.clusterCIDR) {
		return nil
	}
	text, err := cniConfiguration(podCIDRs, n.mtu)
	if err != nil {
		return err
	}
	if err := writeFile(cniConfig, string(text)); err != nil {
		return err
	}
	n.configured = true
	return nil
}

// cniConfiguration is that of the plug-ins bridge, host-local and portmap (www.cni.dev/plugins/current).
func cniConfiguration(podCIDRs []string, mtu int) ([]byte, error) {
	type object = map[string]any
	var ranges, routes []any
	for _, cidr := range podCIDRs {
		ranges = append(ranges, []any{object{"subnet": cidr}})
		if netutils.IsIPv6CIDRString(cidr) {
			routes = append(routes, object{"dst": "::/0"})
		} else {
			routes = append(routes, object{"dst": "0.0.0.0/0"})
		}
	}
	return json.MarshalIndent(object{"cniVersion": "0.4.0", "name": "cbr0", "plugins": []any{
		object{"type": "bridge", "bridge": "cni0", "isGateway": true, "hairpinMode": true, "mtu": mtu,
			"ipam": object{"type": "host-local", "dataDir": filepath.Join("/var/lib/cni", "networks"), "ranges": ranges, "routes": routes}},
		object{"type": "portmap", "capabilities": object{"portMappings": true}},
	}}, "", "  ")
}

// masquerade gives pods the node's address towards everything but the cluster, in an nftables table of its own beside
// whatever kube-proxy uses.
func masquerade(ctx context.Context, clusterCIDR string) error {
	family, ip, multicast := knftables.IPv4Family, "ip", ipv4Multicast
	if netutils.IsIPv6CIDRString(clusterCIDR) {
		family, ip, multicast = knftables.IPv6Family, "ip6", ipv6Multicast
	}
	nft, err := knftables.New(family, "kube-node")
	if err != nil {
		return fmt.Errorf("nftables: %w", err)
	}
	// No chain can be called masquerade: that is a word of nft's language.
	const chain = "outbound"
	tx := nft.NewTransaction()
	tx.Add(&knftables.Table{})
	tx.Add(&knftables.Chain{Name: chain, Type: knftables.PtrTo(knftables.NATType), Hook: knftables.PtrTo(knftables.PostroutingHook),
		Priority: knftables.PtrTo(knftables.SNATPriority)})
	tx.Flush(&knftables.Chain{Name: chain})
	tx.Add(&knftables.Rule{Chain: chain, Rule: knftables.Concat(
		ip, "saddr", clusterCIDR, ip, "daddr != {", clusterCIDR, ",", multicast, "}", "masquerade")})
	if err := nft.Run(ctx, tx); err != nil {
		return fmt.Errorf("masquerade %s: %w", clusterCIDR, err)
	}
	return nil
}
