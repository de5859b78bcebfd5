package node

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
	kubeadmapi "k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm"
	kubeadmconstants "k8s.io/kubernetes/cmd/kubeadm/app/constants"
	"k8s.io/kubernetes/cmd/kubeadm/app/phases/certs"
	"k8s.io/kubernetes/cmd/kubeadm/app/phases/kubeconfig"
	configutil "k8s.io/kubernetes/cmd/kubeadm/app/util/config"
)

const (
	pkiDir  = serverDir + "/tls"
	credDir = serverDir + "/cred"
)

// What the images inside the node image are called; the build sets the version.
const imageRepository = "shortpath.dev"

// CoreDNSVersion is the tag of CoreDNS's image, set by the build.
var CoreDNSVersion = "unknown"

// clusterConfiguration says kubeadm's packages what this cluster is: they make its certificates and kubeconfigs, its
// bootstrap objects and its DNS.
func clusterConfiguration(o *Options, name string, addresses Addresses) (*kubeadmapi.InitConfiguration, error) {
	c, err := configutil.DefaultedStaticInitConfiguration()
	if err != nil {
		return nil, fmt.Errorf("kubeadm's defaults: %w", err)
	}
	c.NodeRegistration.Name = name
	c.LocalAPIEndpoint.AdvertiseAddress = addresses.IPs[0].String()
	c.CertificatesDir = pkiDir
	c.EncryptionAlgorithm = kubeadmapi.EncryptionAlgorithmECDSAP256
	c.Networking.PodSubnet = strings.Join(o.ClusterCIDR, ",")
	c.Networking.ServiceSubnet = strings.Join(o.ServiceCIDR, ",")
	c.Networking.DNSDomain = o.ClusterDomain
	c.APIServer.CertSANs = append([]string{"localhost", "127.0.0.1", "::1"}, o.TLSSAN...)
	for _, ip := range addresses.IPs {
		c.APIServer.CertSANs = append(c.APIServer.CertSANs, ip.String())
	}
	if host, err := os.Hostname(); err == nil {
		c.APIServer.CertSANs = append(c.APIServer.CertSANs, host)
	}
	c.DNS.ImageRepository = imageRepository
	c.DNS.ImageTag = CoreDNSVersion
	return c, nil
}

// createCertificates keeps the authorities and the key of service accounts from one start to the next; everything that
// they sign is made anew, because addresses and names may have changed in between.
func createCertificates(c *kubeadmapi.InitConfiguration) error {
	keep := map[string]bool{"ca": true, "front-proxy-ca": true, "sa": true, "etcd/ca": true}
	for _, pattern := range []string{"*.crt", "*.key", "etcd/*.crt", "etcd/*.key"} {
		files, err := filepath.Glob(filepath.Join(pkiDir, pattern))
		if err != nil {
			return err
		}
		for _, f := range files {
			name, err := filepath.Rel(pkiDir, strings.TrimSuffix(f, filepath.Ext(f)))
			if err != nil {
				return err
			}
			if keep[name] {
				continue
			}
			if err := os.Remove(f); err != nil {
				return err
			}
		}
	}
	if err := certs.CreatePKIAssets(c); err != nil {
		return fmt.Errorf("certificates in %s: %w", pkiDir, err)
	}
	if err := os.RemoveAll(credDir); err != nil {
		return err
	}
	for _, f := range []string{kubeadmconstants.SuperAdminKubeConfigFileName, kubeadmconstants.ControllerManagerKubeConfigFileName,
		kubeadmconstants.SchedulerKubeConfigFileName} {
		if err := kubeconfig.CreateKubeConfigFile(f, credDir, c); err != nil {
			return fmt.Errorf("kubeconfig %s: %w", f, err)
		}
	}
	return nil
}

// writeUserKubeconfig writes the file that k3s writes: cluster, user and context are called default, the server is the
// loopback address. It returns the administrator's kubeconfig as kubeadm made it.
func writeUserKubeconfig(mode string) (*clientcmdapi.Config, error) {
	bits, err := strconv.ParseUint(mode, 8, 9)
	if err != nil {
		return nil, usage("--write-kubeconfig-mode=%s: not an octal mode such as 0644", mode)
	}
	admin, err := clientcmd.LoadFromFile(filepath.Join(credDir, kubeadmconstants.SuperAdminKubeConfigFileName))
	if err != nil {
		return nil, err
	}
	context := admin.Contexts[admin.CurrentContext]
	cluster := admin.Clusters[context.Cluster].DeepCopy()
	cluster.Server = fmt.Sprintf("https://127.0.0.1:%d", apiPort)
	user := clientcmdapi.Config{
		Clusters:       map[string]*clientcmdapi.Cluster{"default": cluster},
		AuthInfos:      map[string]*clientcmdapi.AuthInfo{"default": admin.AuthInfos[context.AuthInfo]},
		Contexts:       map[string]*clientcmdapi.Context{"default": {Cluster: "default", AuthInfo: "default"}},
		CurrentContext: "default",
	}
	if err := clientcmd.WriteToFile(user, kubeconfigPath); err != nil {
		return nil, err
	}
	return admin, os.Chmod(kubeconfigPath, os.FileMode(bits))
}
