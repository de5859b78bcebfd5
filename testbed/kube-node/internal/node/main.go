// Package node starts a Kubernetes node from upstream's components behind k3s's command line and file names, so that what
// drives the image rancher/k3s (Testcontainers' K3sContainer, for one) drives this one too.
package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// Where k3s keeps these things, and where users and Testcontainers look for them.
const (
	dataDir        = "/var/lib/rancher/k3s"
	serverDir      = dataDir + "/server"
	agentDir       = dataDir + "/agent"
	imagesDir      = agentDir + "/images"
	kubeconfigPath = "/etc/rancher/k3s/k3s.yaml"
	tokenPath      = serverDir + "/node-token"
	// Images that come with the node.
	ownImagesDir = "/usr/share/kube-node/images"
	// Testcontainers' K3sContainer waits for this line.
	readyLine = "Node controller sync successful"
)

// usageError is what the user can mend on the command line.
type usageError struct{ error }

func usage(format string, args ...any) error {
	return usageError{fmt.Errorf(format, args...)}
}

// Main runs `kube-node ARGS` and returns its exit status: 2 where the command line was wrong, 1 where a part failed.
func Main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer stop()
	root := &cobra.Command{Use: "kube-node", Short: "a Kubernetes node behind k3s's command line", SilenceUsage: true, SilenceErrors: true}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage("%v", err) })
	root.AddCommand(serverCommand(), agentCommand())
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	// Told to end while it was still starting, it ends as when it had started.
	if err == nil || errors.Is(err, context.Canceled) && ctx.Err() != nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, "kube-node:", err)
	if errors.As(err, &usageError{}) {
		return 2
	}
	return 1
}

func fromEnvironment() *Options {
	return &Options{Token: os.Getenv("K3S_TOKEN"), NodeName: os.Getenv("K3S_NODE_NAME"), Server: os.Getenv("K3S_URL")}
}

func serverCommand() *cobra.Command {
	o := fromEnvironment()
	c := &cobra.Command{Use: "server", Short: "a node that also carries the control plane", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := o.checkServer(); err != nil {
				return usage("%v", err)
			}
			return runServer(c.Context(), o)
		}}
	o.addAgentFlags(c.Flags())
	o.addServerFlags(c.Flags())
	return c
}

func agentCommand() *cobra.Command {
	o := fromEnvironment()
	c := &cobra.Command{Use: "agent", Short: "a node that joins a server", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Server == "" || o.Token == "" {
				return usage("an agent needs --server=https://HOST:6443 and --token")
			}
			return runAgent(c.Context(), o)
		}}
	o.addAgentFlags(c.Flags())
	c.Flags().StringVarP(&o.Server, "server", "s", o.Server, "URL of the server, https://HOST:6443 [K3S_URL]")
	return c
}
