package node

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net"
	"strings"

	"github.com/spf13/pflag"
	netutils "k8s.io/utils/net"
)

// Options are k3s's flags that this node knows, with k3s's names and defaults
// (https://docs.k3s.io/cli/server and /cli/agent).
type Options struct {
	Token         string
	Server        string // agents only: URL of the API server
	NodeName      string
	NodeIP        []string
	NodeLabels    []string
	KubeletArgs   []string
	KubeProxyArgs []string

	// Servers only.
	TLSSAN                []string
	ClusterCIDR           []string
	ServiceCIDR           []string
	ClusterDomain         string
	FlannelBackend        string
	Disable               []string
	DisableKubeProxy      bool
	DisableNetworkPolicy  bool
	WriteKubeconfigMode   string
	APIServerArgs         []string
	ControllerManagerArgs []string
	SchedulerArgs         []string
	EtcdArgs              []string
}

// What `--disable` may name. Of these only CoreDNS is here to be disabled; the others are k3s's extras, never present.
var disableable = map[string]bool{"coredns": true, "traefik": true, "servicelb": true, "local-storage": true, "metrics-server": true, "runtimes": true}

func (o *Options) addAgentFlags(f *pflag.FlagSet) {
	f.StringVarP(&o.Token, "token", "t", o.Token, "secret that nodes join with, any text [K3S_TOKEN]")
	f.StringVar(&o.NodeName, "node-name", o.NodeName, "name of the node (default: host name) [K3S_NODE_NAME]")
	f.StringSliceVarP(&o.NodeIP, "node-ip", "i", nil, "address of the node, or one of each family (default: of the interface with the default route)")
	f.StringSliceVar(&o.NodeLabels, "node-label", nil, "label of the node, KEY=VALUE, when it registers")
	f.StringArrayVar(&o.KubeletArgs, "kubelet-arg", nil, "flag for the kubelet, NAME=VALUE")
	f.StringArrayVar(&o.KubeProxyArgs, "kube-proxy-arg", nil, "flag for kube-proxy, NAME=VALUE, such as proxy-mode=nftables")
}

func (o *Options) addServerFlags(f *pflag.FlagSet) {
	f.StringSliceVar(&o.TLSSAN, "tls-san", nil, "further name or address of the API server's certificate")
	f.StringSliceVar(&o.ClusterCIDR, "cluster-cidr", []string{"10.42.0.0/16"}, "range of the pods' addresses, or one of each family")
	f.StringSliceVar(&o.ServiceCIDR, "service-cidr", []string{"10.43.0.0/16"}, "range of the Services' addresses, or one of each family")
	f.StringVar(&o.ClusterDomain, "cluster-domain", "cluster.local", "DNS domain of the cluster")
	f.StringVar(&o.FlannelBackend, "flannel-backend", "host-gw", "routes between nodes' pods: host-gw, or none for a CNI of one's own")
	f.StringSliceVar(&o.Disable, "disable", nil, "packaged component not to deploy: coredns (k3s's others are accepted and never present)")
	f.BoolVar(&o.DisableKubeProxy, "disable-kube-proxy", false, "no kube-proxy on any node")
	f.BoolVar(&o.DisableNetworkPolicy, "disable-network-policy", false, "accepted: there is no network policy controller")
	f.StringVar(&o.WriteKubeconfigMode, "write-kubeconfig-mode", "0600", "mode of "+kubeconfigPath)
	f.StringArrayVar(&o.APIServerArgs, "kube-apiserver-arg", nil, "flag for kube-apiserver, NAME=VALUE")
	f.StringArrayVar(&o.ControllerManagerArgs, "kube-controller-manager-arg", nil, "flag for kube-controller-manager, NAME=VALUE")
	f.StringArrayVar(&o.SchedulerArgs, "kube-scheduler-arg", nil, "flag for kube-scheduler, NAME=VALUE")
	f.StringArrayVar(&o.EtcdArgs, "etcd-arg", nil, "flag for etcd, NAME=VALUE")
}

func (o *Options) checkServer() error {
	for _, d := range o.Disable {
		if !disableable[d] {
			return fmt.Errorf("--disable=%s: no such packaged component; k3s has coredns, servicelb, traefik, local-storage, metrics-server, runtimes", d)
		}
	}
	switch o.FlannelBackend {
	case "host-gw", "none":
	default:
		return fmt.Errorf("--flannel-backend=%s: this node knows host-gw (nodes on one network) and none (a CNI of one's own)", o.FlannelBackend)
	}
	pods, err := families("--cluster-cidr", o.ClusterCIDR)
	if err != nil {
		return err
	}
	services, err := families("--service-cidr", o.ServiceCIDR)
	if err != nil {
		return err
	}
	if pods != services {
		return fmt.Errorf("--cluster-cidr is %s and --service-cidr is %s: give both the same families in the same order", pods, services)
	}
	return nil
}

// families says which address families a list of ranges has, in order; at most one range each.
func families(flag string, ranges []string) (string, error) {
	var names []string
	for _, r := range ranges {
		_, network, err := net.ParseCIDR(r)
		if err != nil {
			return "", fmt.Errorf("%s=%s: not a range; write it as 10.42.0.0/16 or fd42::/56", flag, r)
		}
		family := "IPv4"
		if netutils.IsIPv6CIDR(network) {
			family = "IPv6"
		}
		if len(names) == 1 && names[0] == family {
			return "", fmt.Errorf("%s=%s: two ranges of %s; give at most one of each family", flag, strings.Join(ranges, ","), family)
		}
		names = append(names, family)
	}
	if len(names) == 0 || len(names) > 2 {
		return "", fmt.Errorf("%s needs one range, or one of each family", flag)
	}
	return strings.Join(names, "+"), nil
}

// bootstrapToken is the cluster's bootstrap token (kubernetes.io/docs/reference/access-authn-authz/bootstrap-tokens,
// six characters and sixteen) that belongs to a secret of any form, as k3s takes it.
func bootstrapToken(secret string) string {
	digest := func(use string, length int) string {
		sum := sha256.Sum256([]byte(use + "\x00" + secret))
		return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:length]
	}
	return digest("id", 6) + "." + digest("secret", 16)
}

// componentArgs are a component's own flags followed by the user's, which win where both name the same.
func componentArgs(own, users []string) []string {
	args := append([]string{}, own...)
	for _, u := range users {
		args = append(args, "--"+strings.TrimLeft(u, "-"))
	}
	return args
}
