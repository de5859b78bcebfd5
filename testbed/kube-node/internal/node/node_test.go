package node

import (
	"encoding/json"
	"net"
	"regexp"
	"strings"
	"testing"
)

func TestBootstrapTokenOfAnySecret(t *testing.T) {
	// The form that Kubernetes asks for (cluster-bootstrap/token/api, BootstrapTokenPattern).
	form := regexp.MustCompile(`^[a-z0-9]{6}\.[a-z0-9]{16}$`)
	seen := map[string]string{}
	for _, secret := range []string{"", "a", "b", "any text, as k3s takes it", strings.Repeat("x", 4096)} {
		token := bootstrapToken(secret)
		if !form.MatchString(token) {
			t.Errorf("secret %.20q: %q has not the form of a bootstrap token", secret, token)
		}
		if token != bootstrapToken(secret) {
			t.Errorf("secret %.20q: another token the second time", secret)
		}
		if other, twice := seen[token]; twice {
			t.Errorf("secrets %.20q and %.20q have one token", secret, other)
		}
		seen[token] = secret
	}
}

func TestServerFlagsAreRefusedWithTheirName(t *testing.T) {
	good := func() *Options {
		return &Options{ClusterCIDR: []string{"10.42.0.0/16"}, ServiceCIDR: []string{"10.43.0.0/16"}, FlannelBackend: "host-gw"}
	}
	if err := good().checkServer(); err != nil {
		t.Fatal(err)
	}
	for flag, spoil := range map[string]func(*Options){
		"--disable=treafik":         func(o *Options) { o.Disable = []string{"traefik", "treafik"} },
		"--flannel-backend=vxlan":   func(o *Options) { o.FlannelBackend = "vxlan" },
		"--cluster-cidr=10.42.0.0":  func(o *Options) { o.ClusterCIDR = []string{"10.42.0.0"} },
		"--service-cidr=10.43.0.0":  func(o *Options) { o.ServiceCIDR = []string{"10.43.0.0/16", "10.44.0.0/16"} },
		"--cluster-cidr is IPv4 an": func(o *Options) { o.ServiceCIDR = []string{"10.43.0.0/16", "fd43::/112"} },
	} {
		o := good()
		spoil(o)
		if err := o.checkServer(); err == nil || !strings.HasPrefix(err.Error(), flag) {
			t.Errorf("%s: got %v", flag, err)
		}
	}
}

func TestWrongCommandLinesEndWithTwo(t *testing.T) {
	for _, args := range [][]string{{"server", "--no-such-flag"}, {"server", "--disable=nothing"}, {"agent"}} {
		if status := Main(args); status != 2 {
			t.Errorf("%v: exit status %d", args, status)
		}
	}
}

func TestUsersFlagsComeLast(t *testing.T) {
	got := strings.Join(componentArgs([]string{"--v=1"}, []string{"proxy-mode=nftables", "--v=4"}), " ")
	if got != "--v=1 --proxy-mode=nftables --v=4" {
		t.Error(got)
	}
}

func TestLoopbackNameServersAreNotForPods(t *testing.T) {
	node := net.ParseIP("172.18.0.2")
	for content, want := range map[string]string{
		"nameserver 127.0.0.11\noptions ndots:0\n": "nameserver 172.18.0.2\n",
		"": "nameserver 172.18.0.2\n",
		"# c\nnameserver ::1\nnameserver 192.0.2.53\nnameserver 2001:db8::53\n": "nameserver 192.0.2.53\nnameserver 2001:db8::53\n",
	} {
		if got := resolvConf(content, node); got != want {
			t.Errorf("%q gives %q", content, got)
		}
	}
}

func TestCgroupsOfBothVersions(t *testing.T) {
	hybrid := cgroupPaths("4:memory:/docker/ab\n2:cpu,cpuacct:/docker/ab\n1:name=systemd:/other\n0::/\n")
	if len(hybrid) != 4 || hybrid["memory"] != "/docker/ab" || hybrid["cpuacct"] != "/docker/ab" || hybrid[""] != "/" {
		t.Error(hybrid)
	}
	if v2 := cgroupPaths("0::/system.slice/docker-ab.scope\n"); len(v2) != 1 || v2[""] != "/system.slice/docker-ab.scope" {
		t.Error(v2)
	}
}

func TestCNIConfigurationHasARangeAndARouteOfEachFamily(t *testing.T) {
	text, err := cniConfiguration([]string{"10.42.1.0/24", "fd42:0:0:1::/64"}, 1450)
	if err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		Plugins []struct {
			Type string
			MTU  int
			IPAM struct {
				Ranges [][]struct{ Subnet string }
				Routes []struct{ Dst string }
			}
		}
	}
	if err := json.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	bridge := parsed.Plugins[0]
	if bridge.Type != "bridge" || bridge.MTU != 1450 || len(bridge.IPAM.Ranges) != 2 || bridge.IPAM.Ranges[1][0].Subnet != "fd42:0:0:1::/64" ||
		bridge.IPAM.Routes[0].Dst != "0.0.0.0/0" || bridge.IPAM.Routes[1].Dst != "::/0" {
		t.Errorf("%s", text)
	}
}
