package node

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// runServer starts the control plane and the node that carries it, says when both are ready, and stays until a component
// fails or the context ends.
func runServer(ctx context.Context, o *Options) error {
	began := time.Now()
	s := newSupervisor()
	defer s.Close()
	addresses, name, err := prepare(o, o.ClusterCIDR)
	if err != nil {
		return err
	}
	settings, err := settingsOf(o)
	if err != nil {
		return err
	}
	if err := ensureToken(o); err != nil {
		return err
	}
	cluster, err := clusterConfiguration(o, name, addresses)
	if err != nil {
		return err
	}
	if err := createCertificates(cluster); err != nil {
		return err
	}
	adminConfig, err := writeUserKubeconfig(o.WriteKubeconfigMode)
	if err != nil {
		return err
	}
	admin, err := clientOf(adminConfig)
	if err != nil {
		return err
	}
	// Images are loaded while the control plane comes up.
	containerd := make(chan error, 1)
	go func() { containerd <- startContainerd(ctx, s) }()
	if err := startControlPlane(ctx, s, o, cluster, admin); err != nil {
		return err
	}
	if err := setUpCluster(ctx, o, cluster, settings, admin, adminConfig); err != nil {
		return err
	}
	if err := <-containerd; err != nil {
		return err
	}
	join := bootstrapConfig(adminConfig.Clusters[adminConfig.Contexts[adminConfig.CurrentContext].Cluster], bootstrapToken(o.Token))
	if err := runNode(ctx, s, o, name, addresses, settings, join, began); err != nil {
		return err
	}
	label := []byte(`{"metadata":{"labels":{"node-role.kubernetes.io/control-plane":"true"}}}`)
	if _, err := admin.CoreV1().Nodes().Patch(ctx, name, types.StrategicMergePatchType, label, metav1.PatchOptions{}); err != nil {
		return err
	}
	// Pods are refused until their namespace has its account.
	err = s.poll(ctx, "service account default", time.Minute, func(ctx context.Context) error {
		_, err := admin.CoreV1().ServiceAccounts(metav1.NamespaceDefault).Get(ctx, "default", metav1.GetOptions{})
		return err
	})
	if err != nil {
		return err
	}
	return stay(ctx, s, name, began)
}

// runAgent joins a server's cluster and stays until a component fails or the context ends.
func runAgent(ctx context.Context, o *Options) error {
	began := time.Now()
	s := newSupervisor()
	defer s.Close()
	join, settings, err := joinCluster(ctx, s, o.Server, o.Token)
	if err != nil {
		return err
	}
	addresses, name, err := prepare(o, settings.ClusterCIDR)
	if err != nil {
		return err
	}
	if err := startContainerd(ctx, s); err != nil {
		return err
	}
	if err := runNode(ctx, s, o, name, addresses, settings, join, began); err != nil {
		return err
	}
	return stay(ctx, s, name, began)
}

// prepare makes the container a host and says where and who the node is.
func prepare(o *Options, clusterCIDR []string) (Addresses, string, error) {
	ipv6 := len(clusterCIDR) > 1 || strings.Contains(clusterCIDR[0], ":")
	if err := prepareHost(ipv6); err != nil {
		return Addresses{}, "", err
	}
	addresses, err := nodeAddresses(o.NodeIP, clusterCIDR)
	if err != nil {
		return Addresses{}, "", err
	}
	name := o.NodeName
	if name == "" {
		if name, err = os.Hostname(); err != nil {
			return Addresses{}, "", err
		}
	}
	for _, d := range []string{filepath.Dir(kubeconfigPath), imagesDir, serverDir, kubeletDir, logDir, cniConfDir} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			return Addresses{}, "", err
		}
	}
	return addresses, strings.ToLower(name), nil
}

// ensureToken takes the token of the command line, or that of an earlier start, or draws one.
func ensureToken(o *Options) error {
	if o.Token == "" {
		kept, err := os.ReadFile(tokenPath)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
		o.Token = strings.TrimSpace(string(kept))
	}
	if o.Token == "" {
		o.Token = rand.Text()
	}
	return writeFile(tokenPath, o.Token+"\n")
}

// runNode starts what every node has, and returns when the node is ready.
func runNode(ctx context.Context, s *Supervisor, o *Options, name string, addresses Addresses, settings Settings, join *clientcmdapi.Config,
	began time.Time) error {
	if err := startKubelet(s, o, name, addresses, settings, join); err != nil {
		return err
	}
	client, err := nodeClient(ctx, s)
	if err != nil {
		return err
	}
	if settings.FlannelBackend != "none" {
		network := &Network{name: name, mtu: addresses.MTU, clusterCIDR: settings.ClusterCIDR}
		go func() {
			if err := network.Run(ctx, client); err != nil {
				s.Failed <- err
			}
		}()
	}
	if !settings.DisableKubeProxy {
		if err := startKubeProxy(s, o, name, settings); err != nil {
			return err
		}
	}
	// A node without a network of ours is ready when the user's CNI is.
	if settings.FlannelBackend == "none" {
		return nil
	}
	return awaitNode(ctx, s, client, name, began)
}

func stay(ctx context.Context, s *Supervisor, name string, began time.Time) error {
	fmt.Printf("%s (node %s, after %.1f s)\n", readyLine, name, time.Since(began).Seconds())
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.Failed:
		return err
	}
}
