package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	kubeletv1beta1 "k8s.io/kubelet/config/v1beta1"
	"sigs.k8s.io/yaml"
)

const (
	kubeletDir          = "/var/lib/kubelet"
	kubeletConfig       = agentDir + "/etc/kubelet.yaml"
	nodeKubeconfig      = kubeletDir + "/kubeconfig"
	bootstrapKubeconfig = kubeletDir + "/bootstrap-kubeconfig"
	clusterCA           = agentDir + "/cluster-ca.crt"
)

func kubeletConfiguration(settings Settings, cgroup, resolvConf string) ([]byte, error) {
	no, yes := false, true
	c := kubeletv1beta1.KubeletConfiguration{
		TypeMeta: metav1.TypeMeta{APIVersion: kubeletv1beta1.SchemeGroupVersion.String(), Kind: "KubeletConfiguration"},
		Authentication: kubeletv1beta1.KubeletAuthentication{
			Anonymous: kubeletv1beta1.KubeletAnonymousAuthentication{Enabled: &no},
			Webhook:   kubeletv1beta1.KubeletWebhookAuthentication{Enabled: &yes},
			X509:      kubeletv1beta1.KubeletX509Authentication{ClientCAFile: clusterCA},
		},
		Authorization:            kubeletv1beta1.KubeletAuthorization{Mode: kubeletv1beta1.KubeletAuthorizationModeWebhook},
		CgroupDriver:             "cgroupfs",
		CgroupRoot:               cgroup,
		ContainerRuntimeEndpoint: "unix://" + containerdSocket,
		ClusterDomain:            settings.ClusterDomain,
		ClusterDNS:               []string{settings.ClusterDNS},
		ResolverConfig:           &resolvConf,
		RotateCertificates:       true,
		FailSwapOn:               &no,
		MaxPods:                  250,
		// The host's disk is not the cluster's to judge: images cannot be had again, so none is ever collected, and pods
		// leave only when memory ends.
		ImageGCHighThresholdPercent: int32Of(100),
		ImageGCLowThresholdPercent:  int32Of(99),
		EvictionHard:                map[string]string{"memory.available": "100Mi", "nodefs.available": "0%", "imagefs.available": "0%", "nodefs.inodesFree": "0%"},
	}
	return yaml.Marshal(c)
}

func int32Of(n int32) *int32 { return &n }

// startKubelet starts the kubelet, which gets its certificate by the token the first time and keeps it from then on.
func startKubelet(s *Supervisor, o *Options, name string, addresses Addresses, settings Settings, join *clientcmdapi.Config) error {
	cgroup, err := ownCgroup()
	if err != nil {
		return err
	}
	resolvConf, err := writeResolvConf(addresses.IPs[0])
	if err != nil {
		return err
	}
	configuration, err := kubeletConfiguration(settings, cgroup, resolvConf)
	if err != nil {
		return err
	}
	cluster := onlyCluster(join)
	for path, content := range map[string]string{kubeletConfig: string(configuration), clusterCA: string(cluster.CertificateAuthorityData)} {
		if err := writeFile(path, content); err != nil {
			return err
		}
	}
	if err := clientcmd.WriteToFile(*join, bootstrapKubeconfig); err != nil {
		return err
	}
	if err := moveToCluster(cluster); err != nil {
		return err
	}
	args := []string{
		"--config=" + kubeletConfig, "--kubeconfig=" + nodeKubeconfig, "--bootstrap-kubeconfig=" + bootstrapKubeconfig,
		"--cert-dir=" + kubeletDir + "/pki", "--hostname-override=" + name, "--node-ip=" + addresses.String(),
	}
	if len(o.NodeLabels) > 0 {
		args = append(args, "--node-labels="+strings.Join(o.NodeLabels, ","))
	}
	return s.StartSelf("kubelet", componentArgs(args, o.KubeletArgs))
}

// moveToCluster lets a kubeconfig of an earlier start follow the server to its present address.
func moveToCluster(cluster *clientcmdapi.Cluster) error {
	config, err := clientcmd.LoadFromFile(nodeKubeconfig)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, c := range config.Clusters {
		c.Server, c.CertificateAuthorityData, c.CertificateAuthority = cluster.Server, cluster.CertificateAuthorityData, ""
	}
	return clientcmd.WriteToFile(*config, nodeKubeconfig)
}

// nodeClient waits until the kubelet has its certificate and returns a client that has the node's rights.
func nodeClient(ctx context.Context, s *Supervisor) (clientset.Interface, error) {
	var client clientset.Interface
	err := s.poll(ctx, "the kubelet's certificate", joinTimeout, func(context.Context) error {
		if _, err := os.Stat(filepath.Join(kubeletDir, "pki", "kubelet-client-current.pem")); err != nil {
			return err
		}
		rest, err := clientcmd.BuildConfigFromFlags("", nodeKubeconfig)
		if err != nil {
			return err
		}
		client, err = clientset.NewForConfig(rest)
		return err
	})
	return client, err
}

func startKubeProxy(s *Supervisor, o *Options, name string, settings Settings) error {
	return s.StartSelf("kube-proxy", componentArgs([]string{
		"--kubeconfig=" + nodeKubeconfig, "--hostname-override=" + name, "--cluster-cidr=" + strings.Join(settings.ClusterCIDR, ","),
		// These sysctls belong to the machine, not to a container: kube-proxy is not to set them.
		"--conntrack-max-per-core=0", "--conntrack-min=0", "--conntrack-tcp-timeout-established=0", "--conntrack-tcp-timeout-close-wait=0",
	}, o.KubeProxyArgs))
}

// awaitNode waits until the API server has the node's word that it is ready, given since this start.
func awaitNode(ctx context.Context, s *Supervisor, client clientset.Interface, name string, since time.Time) error {
	return s.poll(ctx, "node "+name, joinTimeout, func(ctx context.Context) error {
		node, err := client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return err
		}
		for _, c := range node.Status.Conditions {
			// Times of the API are whole seconds.
			if c.Type == corev1.NodeReady && !c.LastHeartbeatTime.Time.Before(since.Truncate(time.Second)) {
				if c.Status == corev1.ConditionTrue {
					return nil
				}
				return fmt.Errorf("not ready: %s", c.Message)
			}
		}
		return fmt.Errorf("no word from its kubelet since this start")
	})
}
