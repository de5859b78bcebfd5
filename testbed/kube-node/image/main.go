// image puts the node image together, byte for byte the same from the same parts, and writes it as an archive that
// `docker load` reads.
package main

import (
	"archive/tar"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
)

// The names by which the node's program is a component, cmd/kube-node/main.go.
var components = []string{"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy", "kubelet", "kubectl"}

// What the test pods may call of busybox, as links.
var applets = []string{"cat", "date", "echo", "env", "httpd", "ip", "ls", "nc", "nslookup", "ping", "seq", "sh", "sleep", "wget"}

const nodeImages = "usr/share/kube-node/images"

func main() {
	var (
		root    = flag.String("root", "", "archive of the root file system")
		bin     = flag.String("bin", "", "directory with kube-node, coredns and pause")
		out     = flag.String("out", "", "directory for the archives")
		content = flag.String("content", "", "key of what the image is made of, kept as a label")
		k8s     = flag.String("kubernetes", "", "version of Kubernetes, the image's tag")
		dns     = flag.String("coredns", "", "version of CoreDNS, its image's tag")
		epoch   = flag.Int64("epoch", 0, "time of everything in the image, seconds since 1970")
	)
	flag.Parse()
	for flagName, value := range map[string]string{"root": *root, "bin": *bin, "out": *out, "content": *content, "kubernetes": *k8s, "coredns": *dns} {
		if value == "" {
			fmt.Fprintf(os.Stderr, "image: -%s is missing\n", flagName)
			os.Exit(2)
		}
	}
	b := builder{bin: *bin, out: *out, time: time.Unix(*epoch, 0).UTC()}
	if err := b.build(*root, *content, *k8s, *dns); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

type builder struct {
	bin, out string
	time     time.Time
}

func (b builder) build(root, content, k8s, dns string) error {
	pause, err := b.single("pause", "pause", "65535:65535")
	if err != nil {
		return err
	}
	coredns, err := b.single("coredns", "coredns", "")
	if err != nil {
		return err
	}
	busybox, err := b.busybox(root)
	if err != nil {
		return err
	}
	images := map[string]v1.Image{"shortpath.dev/pause:1": pause, "shortpath.dev/coredns:" + dns: coredns}
	node, err := b.node(root, images, content, k8s, dns)
	if err != nil {
		return err
	}
	id, err := node.ConfigName()
	if err != nil {
		return err
	}
	for file, image := range map[string]struct {
		tag   string
		image v1.Image
	}{"kube-node.tar": {"shortpath.dev/kube-node:" + k8s, node}, "busybox.tar": {"shortpath.dev/busybox:1", busybox}} {
		if err := write(filepath.Join(b.out, file), image.tag, image.image); err != nil {
			return err
		}
	}
	return os.WriteFile(filepath.Join(b.out, "id"), []byte(id.String()+"\n"), 0o644)
}

// node is the Debian root, and above it one layer with the programs and the images that its pods need.
func (b builder) node(root string, images map[string]v1.Image, content, k8s, dns string) (v1.Image, error) {
	base, err := tarball.LayerFromFile(root, tarball.WithCompressionLevel(1))
	if err != nil {
		return nil, err
	}
	a := b.archive()
	for _, d := range []string{"usr/local/bin", "usr/share/kube-node", nodeImages, "var/lib/rancher", "var/lib/rancher/k3s", "var/lib/kubelet", "var/lib/cni", "etc/rancher",
		"etc/rancher/k3s"} {
		a.directory(d)
	}
	a.program("usr/local/bin/kube-node", filepath.Join(b.bin, "kube-node"))
	for _, c := range components {
		a.link("usr/local/bin/"+c, "kube-node")
	}
	for _, tag := range []string{"shortpath.dev/coredns:" + dns, "shortpath.dev/pause:1"} {
		ref, err := name.NewTag(tag)
		if err != nil {
			return nil, err
		}
		var archive bytes.Buffer
		if err := tarball.Write(ref, images[tag], &archive); err != nil {
			return nil, err
		}
		a.file(path.Join(nodeImages, path.Base(ref.RepositoryStr())+".tar"), archive.Bytes(), 0o644)
	}
	own, err := a.layer()
	if err != nil {
		return nil, err
	}
	return b.image(v1.Config{
		Entrypoint: []string{"/usr/bin/tini", "--", "/usr/local/bin/kube-node"},
		Cmd:        []string{"agent"},
		Env:        []string{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "KUBECONFIG=/etc/rancher/k3s/k3s.yaml"},
		// k3s's volumes: overlayfs cannot hold containerd's, and what is in them stays when the node starts again.
		Volumes: map[string]struct{}{"/var/lib/rancher/k3s": {}, "/var/lib/kubelet": {}, "/var/lib/cni": {}, "/var/log": {}},
		Labels: map[string]string{
			"org.opencontainers.image.title":   "Kubernetes node of Shortpath's testbed",
			"org.opencontainers.image.version": k8s,
			"dev.shortpath.kube-node.content":  content,
		},
	}, base, own)
}

// single is an image of one static program.
func (b builder) single(program, file, user string) (v1.Image, error) {
	a := b.archive()
	a.program(program, filepath.Join(b.bin, file))
	layer, err := a.layer()
	if err != nil {
		return nil, err
	}
	return b.image(v1.Config{Entrypoint: []string{"/" + program}, User: user}, layer)
}

// busybox is what the tests' pods run, Debian's static build.
func (b builder) busybox(root string) (v1.Image, error) {
	program, err := fromArchive(root, "bin/busybox", "usr/bin/busybox")
	if err != nil {
		return nil, err
	}
	a := b.archive()
	a.directory("bin")
	a.file("bin/busybox", program, 0o755)
	for _, applet := range applets {
		a.link("bin/"+applet, "busybox")
	}
	layer, err := a.layer()
	if err != nil {
		return nil, err
	}
	return b.image(v1.Config{Env: []string{"PATH=/bin"}, Cmd: []string{"/bin/sh"}}, layer)
}

func (b builder) image(config v1.Config, layers ...v1.Layer) (v1.Image, error) {
	image, err := mutate.AppendLayers(empty.Image, layers...)
	if err != nil {
		return nil, err
	}
	image, err = mutate.ConfigFile(image, b.configured(image, config))
	if err != nil {
		return nil, err
	}
	return mutate.CreatedAt(image, v1.Time{Time: b.time})
}

func (b builder) configured(image v1.Image, config v1.Config) *v1.ConfigFile {
	file, err := image.ConfigFile()
	if err != nil {
		panic(err) // an image of this program's own has one
	}
	file = file.DeepCopy()
	file.Config, file.OS, file.Architecture = config, "linux", "amd64"
	return file
}

func write(file, tag string, image v1.Image) error {
	ref, err := name.NewTag(tag)
	if err != nil {
		return err
	}
	if err := tarball.WriteToFile(file+".new", ref, image); err != nil {
		return err
	}
	return os.Rename(file+".new", file)
}

// archive is a layer in the making: files of one time and owner; the first error is kept.
type archive struct {
	buffer bytes.Buffer
	tar    *tar.Writer
	time   time.Time
	err    error
}

func (b builder) archive() *archive {
	a := &archive{time: b.time}
	a.tar = tar.NewWriter(&a.buffer)
	return a
}

func (a *archive) add(h tar.Header, content []byte) {
	if a.err != nil {
		return
	}
	h.ModTime, h.Size = a.time, int64(len(content))
	if a.err = a.tar.WriteHeader(&h); a.err == nil {
		_, a.err = a.tar.Write(content)
	}
}

func (a *archive) directory(name string) {
	a.add(tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: 0o755}, nil)
}

func (a *archive) link(name, target string) {
	a.add(tar.Header{Typeflag: tar.TypeSymlink, Name: name, Linkname: target, Mode: 0o777}, nil)
}

func (a *archive) file(name string, content []byte, mode int64) {
	a.add(tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: mode}, content)
}

func (a *archive) program(name, file string) {
	content, err := os.ReadFile(file)
	if err != nil && a.err == nil {
		a.err = err
	}
	a.file(name, content, 0o755)
}

func (a *archive) layer() (v1.Layer, error) {
	if err := errors.Join(a.err, a.tar.Close()); err != nil {
		return nil, err
	}
	content := a.buffer.Bytes()
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(content)), nil }, tarball.WithCompressionLevel(1))
}

// fromArchive returns the file of an archive that has one of the names.
func fromArchive(file string, names ...string) ([]byte, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := tar.NewReader(f)
	for {
		h, err := r.Next()
		if err == io.EOF {
			return nil, fmt.Errorf("%s has none of %v", file, names)
		}
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if path.Clean(h.Name) == n && h.Typeflag == tar.TypeReg {
				return io.ReadAll(r)
			}
		}
	}
}
