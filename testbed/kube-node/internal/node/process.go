package node

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"gopkg.in/natefinch/lumberjack.v2"
)

const (
	logDir = "/var/log/kube-node"
	// A component that does not end on SIGTERM within this time is killed.
	graceTime = 10 * time.Second
)

// Supervisor starts components as processes with a log file each. The node is whole or it ends: when one component ends
// by itself, Failed tells which.
type Supervisor struct {
	Failed chan error

	mu      sync.Mutex
	closing bool
	started []*component
}

type component struct {
	name string
	cmd  *exec.Cmd
	done chan struct{}
}

func newSupervisor() *Supervisor {
	return &Supervisor{Failed: make(chan error, 16)}
}

// Start runs a program under a component's name (argument 0).
func (s *Supervisor) Start(name, program string, args []string) error {
	log := &lumberjack.Logger{Filename: filepath.Join(logDir, name+".log"), MaxSize: 64, MaxBackups: 1}
	cmd := exec.Command(program, args...)
	cmd.Args[0] = name
	cmd.Stdout, cmd.Stderr = log, log
	// A signal to the supervisor's group is not one to the component: Close says in which order they end.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return fmt.Errorf("%s is not started: the node is ending", name)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%s does not start: %w", name, err)
	}
	c := &component{name: name, cmd: cmd, done: make(chan struct{})}
	s.started = append(s.started, c)
	go func() {
		err := cmd.Wait()
		_ = log.Close()
		close(c.done)
		s.mu.Lock()
		closing := s.closing
		s.mu.Unlock()
		if !closing {
			if err == nil {
				err = fmt.Errorf("exit status 0")
			}
			s.Failed <- fmt.Errorf("%s ended: %v; the end of its log, %s:\n%s", name, err, log.Filename, tail(log.Filename, 15))
		}
	}()
	return nil
}

// StartSelf runs a component that is part of this program.
func (s *Supervisor) StartSelf(name string, args []string) error {
	return s.Start(name, "/proc/self/exe", args)
}

// Close ends the components in the opposite order of their start, each within the grace time.
func (s *Supervisor) Close() {
	s.mu.Lock()
	s.closing = true
	started := s.started
	s.mu.Unlock()
	for i := len(started) - 1; i >= 0; i-- {
		c := started[i]
		_ = c.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-c.done:
		case <-time.After(graceTime):
			_ = c.cmd.Process.Kill()
			<-c.done
		}
	}
}

// run runs a program to its end; an error carries what it printed.
func run(ctx context.Context, program string, args ...string) error {
	out, err := exec.CommandContext(ctx, program, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w: %s", program, strings.Join(args, " "), err, strings.TrimSpace(string(out)))
	}
	return nil
}

// poll tries until the attempt succeeds, a component fails, the context ends or the time is over.
func (s *Supervisor) poll(ctx context.Context, what string, limit time.Duration, attempt func(context.Context) error) error {
	signalled := ctx
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		err := attempt(ctx)
		if err == nil {
			return nil
		}
		select {
		case failed := <-s.Failed:
			return failed
		case <-ctx.Done():
			if ended := signalled.Err(); ended != nil {
				return ended
			}
			return fmt.Errorf("%s: not within %s: %w", what, limit, err)
		case <-tick.C:
		}
	}
}

// tail returns the last lines of a file, of its last 64 KiB.
func tail(path string, lines int) string {
	f, err := os.Open(path)
	if err != nil {
		return err.Error()
	}
	defer f.Close()
	const window = 64 << 10
	if end, err := f.Seek(0, 2); err == nil && end > window {
		_, _ = f.Seek(-window, 2)
	} else {
		_, _ = f.Seek(0, 0)
	}
	buffer := make([]byte, window)
	n, _ := f.Read(buffer)
	all := strings.Split(strings.TrimRight(string(buffer[:n]), "\n"), "\n")
	if len(all) > lines {
		all = all[len(all)-lines:]
	}
	return strings.Join(all, "\n")
}
