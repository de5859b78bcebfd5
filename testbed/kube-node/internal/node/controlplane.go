package node

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	clientset "k8s.io/client-go/kubernetes"
	kubeadmapi "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm"
	kubeadmconstants "k8s.io/kubernetes/cmd/kubeadm/app/constants"
)

const (
	apiPort = 6443
	etcdURL = "https://127.0.0.1:2379"
	peerURL = "https://127.0.0.1:2380"
)

func pki(name string) string  { return filepath.Join(pkiDir, name) }
func cred(name string) string { return filepath.Join(credDir, name) }

func etcdArgs(name string) []string {
	return []string{
		"--name=" + name, "--data-dir=" + serverDir + "/db/etcd",
		"--listen-client-urls=" + etcdURL, "--advertise-client-urls=" + etcdURL,
		"--listen-peer-urls=" + peerURL, "--initial-advertise-peer-urls=" + peerURL, "--initial-cluster=" + name + "=" + peerURL,
		"--cert-file=" + pki("etcd/server.crt"), "--key-file=" + pki("etcd/server.key"),
		"--client-cert-auth", "--trusted-ca-file=" + pki("etcd/ca.crt"),
		"--peer-cert-file=" + pki("etcd/peer.crt"), "--peer-key-file=" + pki("etcd/peer.key"),
		"--peer-client-cert-auth", "--peer-trusted-ca-file=" + pki("etcd/ca.crt"),
		// A test cluster outlives its processes, not its machine's power.
		"--unsafe-no-fsync", "--logger=zap", "--log-level=warn",
	}
}

func apiServerArgs(o *Options, c *kubeadmapi.InitConfiguration) []string {
	return []string{
		"--advertise-address=" + c.LocalAPIEndpoint.AdvertiseAddress, fmt.Sprintf("--secure-port=%d", apiPort),
		"--tls-cert-file=" + pki("apiserver.crt"), "--tls-private-key-file=" + pki("apiserver.key"), "--client-ca-file=" + pki("ca.crt"),
		"--etcd-servers=" + etcdURL, "--etcd-cafile=" + pki("etcd/ca.crt"),
		"--etcd-certfile=" + pki("apiserver-etcd-client.crt"), "--etcd-keyfile=" + pki("apiserver-etcd-client.key"),
		"--kubelet-client-certificate=" + pki("apiserver-kubelet-client.crt"), "--kubelet-client-key=" + pki("apiserver-kubelet-client.key"),
		"--kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname",
		"--proxy-client-cert-file=" + pki("front-proxy-client.crt"), "--proxy-client-key-file=" + pki("front-proxy-client.key"),
		"--requestheader-client-ca-file=" + pki("front-proxy-ca.crt"), "--requestheader-allowed-names=front-proxy-client",
		"--requestheader-username-headers=X-Remote-User", "--requestheader-group-headers=X-Remote-Group",
		"--requestheader-extra-headers-prefix=X-Remote-Extra-",
		"--service-account-issuer=https://kubernetes.default.svc." + o.ClusterDomain,
		"--service-account-key-file=" + pki("sa.pub"), "--service-account-signing-key-file=" + pki("sa.key"),
		"--service-cluster-ip-range=" + strings.Join(o.ServiceCIDR, ","),
		"--authorization-mode=Node,RBAC", "--enable-admission-plugins=NodeRestriction", "--enable-bootstrap-token-auth=true",
		"--allow-privileged=true",
	}
}

func controllerManagerArgs(o *Options) []string {
	config := cred(kubeadmconstants.ControllerManagerKubeConfigFileName)
	return []string{
		"--kubeconfig=" + config, "--authentication-kubeconfig=" + config, "--authorization-kubeconfig=" + config,
		"--bind-address=127.0.0.1", "--leader-elect=false", "--use-service-account-credentials=true",
		"--controllers=*,bootstrap-signer-controller,token-cleaner-controller",
		"--client-ca-file=" + pki("ca.crt"), "--requestheader-client-ca-file=" + pki("front-proxy-ca.crt"), "--root-ca-file=" + pki("ca.crt"),
		"--service-account-private-key-file=" + pki("sa.key"),
		"--cluster-signing-cert-file=" + pki("ca.crt"), "--cluster-signing-key-file=" + pki("ca.key"),
		"--allocate-node-cidrs=true", "--cluster-cidr=" + strings.Join(o.ClusterCIDR, ","),
		"--service-cluster-ip-range=" + strings.Join(o.ServiceCIDR, ","),
	}
}

func schedulerArgs() []string {
	config := cred(kubeadmconstants.SchedulerKubeConfigFileName)
	return []string{
		"--kubeconfig=" + config, "--authentication-kubeconfig=" + config, "--authorization-kubeconfig=" + config,
		"--bind-address=127.0.0.1", "--leader-elect=false",
	}
}

// startControlPlane starts etcd, the API server and, as soon as that is ready, those that need it.
func startControlPlane(ctx context.Context, s *Supervisor, o *Options, c *kubeadmapi.InitConfiguration, admin clientset.Interface) error {
	// etcd's member keeps its name for ever: not the node's, which may change.
	if err := s.StartSelf("etcd", componentArgs(etcdArgs("default"), o.EtcdArgs)); err != nil {
		return err
	}
	if err := s.StartSelf("kube-apiserver", componentArgs(apiServerArgs(o, c), o.APIServerArgs)); err != nil {
		return err
	}
	err := s.poll(ctx, "the API server's /readyz", 90*time.Second, func(ctx context.Context) error {
		return admin.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error()
	})
	if err != nil {
		return err
	}
	if err := s.StartSelf("kube-controller-manager", componentArgs(controllerManagerArgs(o), o.ControllerManagerArgs)); err != nil {
		return err
	}
	return s.StartSelf("kube-scheduler", componentArgs(schedulerArgs(), o.SchedulerArgs))
}
