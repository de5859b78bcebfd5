package node

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

const (
	containerdSocket = "/run/containerd/containerd.sock"
	containerdConfig = agentDir + "/etc/containerd/config.toml"
	cniBinDir        = "/usr/lib/cni"
	cniConfDir       = "/etc/cni/net.d"
	pauseImage       = imageRepository + "/pause:1"
)

// containerd 1.6's configuration (containerd/pkg/cri/config/config.go). Without CAP_SYS_RESOURCE runc may not lower
// oom_score_adj, and restrict_oom_score_adj tells it not to try.
func containerdConfiguration(restrictOOMScore bool) string {
	return fmt.Sprintf(`version = 2
root = %q
state = "/run/containerd"

[grpc]
  address = %q

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = %q
  restrict_oom_score_adj = %t

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = %q
  conf_dir = %q
`, agentDir+"/containerd", containerdSocket, pauseImage, restrictOOMScore, cniBinDir, cniConfDir)
}

// startContainerd starts containerd and loads the images that came with the node and those that the user laid into
// k3s's directory for images.
func startContainerd(ctx context.Context, s *Supervisor) error {
	if err := writeFile(containerdConfig, containerdConfiguration(!mayRaiseLimits())); err != nil {
		return err
	}
	if err := s.Start("containerd", "/usr/bin/containerd", []string{"--config", containerdConfig}); err != nil {
		return err
	}
	err := s.poll(ctx, "containerd", 30*time.Second, func(ctx context.Context) error {
		return run(ctx, "/usr/bin/ctr", "--connect-timeout", "1s", "version")
	})
	if err != nil {
		return err
	}
	for _, dir := range []string{ownImagesDir, imagesDir} {
		archives, err := filepath.Glob(filepath.Join(dir, "*.tar"))
		if err != nil {
			return err
		}
		for _, archive := range archives {
			if err := run(ctx, "/usr/bin/ctr", "--namespace", "k8s.io", "images", "import", archive); err != nil {
				return fmt.Errorf("load image %s: %w", archive, err)
			}
		}
	}
	return nil
}

// writeFile writes a file whole or not at all, with the directories above it.
func writeFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	aside := path + ".new"
	if err := os.WriteFile(aside, []byte(content), 0o600); err != nil {
		return err
	}
	return os.Rename(aside, path)
}
