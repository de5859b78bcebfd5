package node

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/vishvananda/netlink"
	netutils "k8s.io/utils/net"
)

// Addresses of a node, one of each of the cluster's families in the cluster's order, and the link that has them.
type Addresses struct {
	IPs []net.IP
	MTU int
}

func (a Addresses) String() string {
	texts := make([]string, len(a.IPs))
	for i, ip := range a.IPs {
		texts[i] = ip.String()
	}
	return strings.Join(texts, ",")
}

// nodeAddresses finds the addresses of this node for the families of the pods' ranges: those that the user gave, or those
// of the interface with the default route (without one, of the first interface that is up).
func nodeAddresses(given, clusterCIDR []string) (Addresses, error) {
	link, err := nodeLink()
	if err != nil {
		return Addresses{}, err
	}
	var candidates []net.IP
	for _, g := range given {
		ip := netutils.ParseIPSloppy(g)
		if ip == nil {
			return Addresses{}, usage("--node-ip=%s: not an address", g)
		}
		candidates = append(candidates, ip)
	}
	if len(candidates) == 0 {
		on, err := netlink.AddrList(link, netlink.FAMILY_ALL)
		if err != nil {
			return Addresses{}, fmt.Errorf("addresses of %s: %w", link.Attrs().Name, err)
		}
		for _, a := range on {
			if a.IP.IsGlobalUnicast() {
				candidates = append(candidates, a.IP)
			}
		}
	}
	found := Addresses{MTU: link.Attrs().MTU}
	for _, cidr := range clusterCIDR {
		ip := firstOf(candidates, netutils.IsIPv6CIDRString(cidr))
		if ip == nil {
			return Addresses{}, usage("the pods' range %s has no counterpart among this node's addresses %v: attach the container to a network with that family, or give --node-ip", cidr, candidates)
		}
		found.IPs = append(found.IPs, ip)
	}
	return found, nil
}

func firstOf(ips []net.IP, ipv6 bool) net.IP {
	for _, ip := range ips {
		if netutils.IsIPv6(ip) == ipv6 {
			return ip
		}
	}
	return nil
}

func nodeLink() (netlink.Link, error) {
	routes, err := netlink.RouteList(nil, netlink.FAMILY_ALL)
	if err != nil {
		return nil, fmt.Errorf("list routes: %w", err)
	}
	for _, r := range routes {
		if r.Dst == nil || r.Dst.IP.IsUnspecified() && r.Gw != nil {
			return netlink.LinkByIndex(r.LinkIndex)
		}
	}
	links, err := netlink.LinkList()
	if err != nil {
		return nil, fmt.Errorf("list interfaces: %w", err)
	}
	for _, l := range links {
		if l.Attrs().Flags&net.FlagLoopback == 0 && l.Attrs().Flags&net.FlagUp != 0 {
			return l, nil
		}
	}
	return nil, fmt.Errorf("no interface but loopback is up: attach the container to a network")
}

// writeResolvConf makes the file that pods outside the cluster's DNS, CoreDNS above all, get as /etc/resolv.conf. A name
// server on loopback, such as Docker's own, is another one inside a pod; where there is no other, the node itself is named,
// which refuses at once: names outside the cluster are then unknown, and nothing is asked of the outside.
func writeResolvConf(address net.IP) (string, error) {
	content, err := os.ReadFile("/etc/resolv.conf")
	if err != nil && !os.IsNotExist(err) {
		return "", err
	}
	path := filepath.Join(agentDir, "etc", "resolv.conf")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, []byte(resolvConf(string(content), address)), 0o644)
}

func resolvConf(content string, address net.IP) string {
	var servers []string
	for _, line := range strings.Split(content, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 2 && fields[0] == "nameserver" {
			if ip := netutils.ParseIPSloppy(fields[1]); ip != nil && !ip.IsLoopback() {
				servers = append(servers, fields[1])
			}
		}
	}
	if len(servers) == 0 {
		servers = []string{address.String()}
	}
	return "nameserver " + strings.Join(servers, "\nnameserver ") + "\n"
}
