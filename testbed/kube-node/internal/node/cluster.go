package node

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	bootstraptokenv1 "k8s.io/kubernetes/cmd/kubeadm/app/apis/bootstraptoken/v1"
	kubeadmapi "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm"
	kubeadmconstants "k8s.io/kubernetes/cmd/kubeadm/app/constants"
	"k8s.io/kubernetes/cmd/kubeadm/app/discovery/token"
	"k8s.io/kubernetes/cmd/kubeadm/app/phases/addons/dns"
	"k8s.io/kubernetes/cmd/kubeadm/app/phases/bootstraptoken/clusterinfo"
	nodebootstraptoken "k8s.io/kubernetes/cmd/kubeadm/app/phases/bootstraptoken/node"
	"k8s.io/kubernetes/cmd/kubeadm/app/util/apiclient"
)

const (
	// The ConfigMap in kube-public that tells a joining node what cluster it joins.
	settingsName = "kube-node"
	nodesGroup   = "system:nodes"
	joinTimeout  = 5 * time.Minute
)

// Settings are what all nodes of a cluster have to agree on; the server says them.
type Settings struct {
	ClusterCIDR      []string `json:"clusterCIDR"`
	ClusterDomain    string   `json:"clusterDomain"`
	ClusterDNS       string   `json:"clusterDNS"`
	FlannelBackend   string   `json:"flannelBackend"`
	DisableKubeProxy bool     `json:"disableKubeProxy"`
}

func settingsOf(o *Options) (Settings, error) {
	dnsIP, err := kubeadmconstants.GetDNSIP(o.ServiceCIDR[0])
	if err != nil {
		return Settings{}, usage("--service-cidr=%s: %v", o.ServiceCIDR[0], err)
	}
	return Settings{ClusterCIDR: o.ClusterCIDR, ClusterDomain: o.ClusterDomain, ClusterDNS: dnsIP.String(),
		FlannelBackend: o.FlannelBackend, DisableKubeProxy: o.DisableKubeProxy}, nil
}

// setUpCluster makes what nodes need to join and pods need to find each other by name. It may run again at every start.
func setUpCluster(ctx context.Context, o *Options, c *kubeadmapi.InitConfiguration, settings Settings, admin clientset.Interface,
	adminConfig *clientcmdapi.Config) error {
	join, err := bootstraptokenv1.NewBootstrapTokenString(bootstrapToken(o.Token))
	if err != nil {
		return fmt.Errorf("bootstrap token: %w", err)
	}
	steps := []func() error{
		func() error {
			return nodebootstraptoken.UpdateOrCreateTokens(admin, false, []bootstraptokenv1.BootstrapToken{{
				Token: join, Description: "nodes join with it", Usages: []string{"signing", "authentication"},
				Groups: []string{kubeadmconstants.NodeBootstrapTokenAuthGroup}}})
		},
		func() error { return clusterinfo.CreateBootstrapConfigMapIfNotExists(admin, adminConfig) },
		func() error { return clusterinfo.CreateClusterInfoRBACRules(admin) },
		func() error { return nodebootstraptoken.AllowBootstrapTokensToPostCSRs(admin) },
		func() error { return nodebootstraptoken.AutoApproveNodeBootstrapTokens(admin) },
		func() error { return nodebootstraptoken.AutoApproveNodeCertificateRotation(admin) },
		func() error { return publishSettings(admin, settings) },
		func() error { return allowNodesToProxy(admin) },
		func() error { return allowAPIServerToKubelets(admin) },
	}
	if !slices.Contains(o.Disable, "coredns") {
		steps = append(steps, func() error { return ensureDNS(ctx, c, admin) })
	}
	for _, step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step(); err != nil {
			return fmt.Errorf("set the cluster up: %w", err)
		}
	}
	return nil
}

// ensureDNS deploys CoreDNS once. A cluster that has it keeps it: kubeadm would look for what changed in the Corefile since
// that version, and knows only the versions that it deployed itself.
func ensureDNS(ctx context.Context, c *kubeadmapi.InitConfiguration, admin clientset.Interface) error {
	_, err := admin.AppsV1().Deployments(metav1.NamespaceSystem).Get(ctx, kubeadmconstants.CoreDNSDeploymentName, metav1.GetOptions{})
	if !apierrors.IsNotFound(err) {
		return err
	}
	return dns.EnsureDNSAddon(&c.ClusterConfiguration, admin, "", io.Discard, false)
}

func publishSettings(admin clientset.Interface, settings Settings) error {
	text, err := json.Marshal(settings)
	if err != nil {
		return err
	}
	meta := metav1.ObjectMeta{Name: settingsName, Namespace: metav1.NamespacePublic}
	role := metav1.ObjectMeta{Name: "kube-node:settings", Namespace: metav1.NamespacePublic}
	if err := apiclient.CreateOrUpdate(admin.CoreV1().ConfigMaps(metav1.NamespacePublic),
		&corev1.ConfigMap{ObjectMeta: meta, Data: map[string]string{"settings": string(text)}}); err != nil {
		return err
	}
	if err := apiclient.CreateOrUpdate(admin.RbacV1().Roles(metav1.NamespacePublic), &rbacv1.Role{ObjectMeta: role,
		Rules: []rbacv1.PolicyRule{{APIGroups: []string{""}, Resources: []string{"configmaps"}, ResourceNames: []string{settingsName}, Verbs: []string{"get"}}}}); err != nil {
		return err
	}
	return apiclient.CreateOrUpdate(admin.RbacV1().RoleBindings(metav1.NamespacePublic), &rbacv1.RoleBinding{ObjectMeta: role,
		RoleRef:  rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: role.Name},
		Subjects: []rbacv1.Subject{group(kubeadmconstants.NodeBootstrapTokenAuthGroup), group(nodesGroup)}})
}

// allowNodesToProxy lets a node's own certificate serve kube-proxy and the routes between nodes: both list and watch
// nodes, kube-proxy Services and EndpointSlices too (ClusterRole system:node-proxier of Kubernetes).
func allowNodesToProxy(admin clientset.Interface) error {
	return apiclient.CreateOrUpdate(admin.RbacV1().ClusterRoleBindings(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "kube-node:node-proxier"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "system:node-proxier"},
		Subjects:   []rbacv1.Subject{group(nodesGroup)}})
}

// allowAPIServerToKubelets lets the API server ask kubelets for exec, logs and the like (ClusterRole
// system:kubelet-api-admin of Kubernetes); kubeadm does it by way of its administrators' group, which does not exist here.
func allowAPIServerToKubelets(admin clientset.Interface) error {
	return apiclient.CreateOrUpdate(admin.RbacV1().ClusterRoleBindings(), &rbacv1.ClusterRoleBinding{
		ObjectMeta: metav1.ObjectMeta{Name: "kube-node:kubelet-api"},
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "ClusterRole", Name: "system:kubelet-api-admin"},
		Subjects:   []rbacv1.Subject{{Kind: rbacv1.UserKind, APIGroup: rbacv1.GroupName, Name: kubeadmconstants.APIServerKubeletClientCertCommonName}}})
}

func group(name string) rbacv1.Subject {
	return rbacv1.Subject{Kind: rbacv1.GroupKind, APIGroup: rbacv1.GroupName, Name: name}
}

// joinCluster proves to each other, by the token, a new node and the API server (kubeadm's discovery: the published
// cluster-info is signed with the token), and returns the kubeconfig of the token and the cluster's settings.
func joinCluster(ctx context.Context, s *Supervisor, server, secret string) (*clientcmdapi.Config, Settings, error) {
	endpoint, err := hostPort(server)
	if err != nil {
		return nil, Settings{}, err
	}
	joinToken := bootstrapToken(secret)
	info, err := token.RetrieveValidatedConfigInfo(nil, &kubeadmapi.Discovery{BootstrapToken: &kubeadmapi.BootstrapTokenDiscovery{
		Token: joinToken, APIServerEndpoint: endpoint, UnsafeSkipCAVerification: true}}, joinTimeout)
	if err != nil {
		return nil, Settings{}, fmt.Errorf("join %s: %w: is the server up, and is its --token the same?", endpoint, err)
	}
	config := bootstrapConfig(onlyCluster(info), joinToken)
	var settings Settings
	err = s.poll(ctx, "the cluster's settings", joinTimeout, func(ctx context.Context) error {
		client, err := clientOf(config)
		if err != nil {
			return err
		}
		m, err := client.CoreV1().ConfigMaps(metav1.NamespacePublic).Get(ctx, settingsName, metav1.GetOptions{})
		if err != nil {
			return err
		}
		return json.Unmarshal([]byte(m.Data["settings"]), &settings)
	})
	return config, settings, err
}

func hostPort(server string) (string, error) {
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" {
		return "", usage("--server=%s: not of the form https://HOST:%d", server, apiPort)
	}
	port := u.Port()
	if port == "" {
		port = "443"
	}
	return net.JoinHostPort(u.Hostname(), port), nil
}

func onlyCluster(config *clientcmdapi.Config) *clientcmdapi.Cluster {
	for _, c := range config.Clusters {
		return c
	}
	return nil
}

func bootstrapConfig(cluster *clientcmdapi.Cluster, joinToken string) *clientcmdapi.Config {
	return &clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{"default": cluster},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"bootstrap": {Token: joinToken}},
		Contexts:       map[string]*clientcmdapi.Context{"default": {Cluster: "default", AuthInfo: "bootstrap"}},
		CurrentContext: "default",
	}
}

func clientOf(config *clientcmdapi.Config) (clientset.Interface, error) {
	rest, err := clientcmd.NewDefaultClientConfig(*config, &clientcmd.ConfigOverrides{}).ClientConfig()
	if err != nil {
		return nil, err
	}
	return clientset.NewForConfig(rest)
}
