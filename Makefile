# make help lists the targets.

.DEFAULT_GOAL := help
SHELL := /bin/bash

# What is needed on Debian 12 (and its derivatives), and nothing more.
PACKAGES := openjdk-17-jdk-headless maven git make gcc libc6-dev linux-libc-dev pkg-config \
    clang clang-format llvm libbpf-dev libelf-dev zlib1g-dev bpftool \
    iproute2 nftables iptables conntrack haproxy openssl sockperf d-itg procps python3 python3-pip \
    fontconfig fonts-dejavu-core

# For tests alone: a server for what is done over SSH.
TEST_PACKAGES := openssh-server

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
EXPERIMENT ?= eztunnel
PROFILE ?= quick
# Directories with programs in C, each with a Makefile of its own.
NATIVE := testbed/native harness/native bpf/tests/gate bpf
C_FILES := $(wildcard $(addsuffix /*.[ch],$(NATIVE) bpf/loader bpf/lb bpf/tests))
# No escape codes in files and pipes.
MVN := mvn --batch-mode --no-transfer-progress $(shell [ -t 1 ] || echo -Dstyle.color=never)
# As root for what makes network namespaces, with the caller's programs and caches; Maven with the caller's repository.
AS_ROOT := $(SUDO) $(if $(SUDO),env HOME="$(HOME)" PATH="$(PATH)" $(if $(XDG_CACHE_HOME),XDG_CACHE_HOME="$(XDG_CACHE_HOME)"))
CALLERS_MVN := $(MVN) $(if $(SUDO),\
    -Dmaven.repo.local="$(HOME)/.m2/repository" $(if $(wildcard $(HOME)/.m2/settings.xml),-s "$(HOME)/.m2/settings.xml"))
ROOT_MVN := $(AS_ROOT) $(CALLERS_MVN)
# What ran with sudo belongs to the caller again, whatever came of it.
GIVE_BACK := status=$$?; $(MAKE) --no-print-directory give-back; exit $$status

.PHONY: help packages build test nightly node-image load-node verify figures experiments bench native announce format coverage clean give-back kube-node old-kernels

help: ## show this
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

packages: ## install the Debian packages that are missing
	@missing=(); for p in $(PACKAGES); do \
	  [ "$$(dpkg-query -W -f='$${db:Status-Status}' "$$p" 2>/dev/null)" = installed ] || missing+=("$$p"); done; \
	if [ $${#missing[@]} -gt 0 ]; then \
	  echo "Installing Debian packages$(if $(SUDO), (with sudo)): $${missing[*]}"; \
	  $(SUDO) apt-get update -qq && $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}"; \
	fi

native: packages ## build the C and BPF programs
	@for d in $(NATIVE); do $(MAKE) --no-print-directory -C $$d all || exit 1; done

build: native ## build everything, without tests
	$(MVN) -q package -DskipTests

# Tiers of tests (k3s) whose absence fails; else it is a skip that says why.
REQUIRE ?=

# All is built first: the tests on Kubernetes run images that module agent-image builds after the testbed.
test: build ## install what is missing, build, run every test but those for the night (the tests on network namespaces need root)
	@$(MAKE) --no-print-directory packages PACKAGES="$(TEST_PACKAGES)"
	@$(if $(SUDO),echo "The tests on network namespaces need root: they run with sudo.")
	@clang-format --style=file:bpf/.clang-format --dry-run --Werror $(C_FILES)
	@for d in $(NATIVE); do $(SUDO) $(MAKE) --no-print-directory -C $$d test || \
	  { echo "FLAKE, unless it fails again: $$d, once more"; $(SUDO) $(MAKE) --no-print-directory -C $$d test; } || exit 1; done
	@$(MAKE) --no-print-directory node-image
	@$(AS_ROOT) python3 testbed/docker/with_docker_test.py
	@$(WITH_DOCKER) $(MAKE) --no-print-directory verify MVN='$(CALLERS_MVN)'; $(GIVE_BACK)

nightly: build node-image ## run all tests on a real Kubernetes, those that are too long for every day too
	@$(WITH_DOCKER) $(MAKE) --no-print-directory verify MVN='$(CALLERS_MVN) -Pk3s'; $(GIVE_BACK)

# Tier k3s wants a Docker daemon, for the time of the tests, and the node image, built by the caller once and then kept in
# the cache. Where one of them cannot be had this says why, and so do the tests that are skipped for it.
DOCKER_PACKAGES := docker.io mmdebstrap
WITH_DOCKER := $(AS_ROOT) python3 testbed/docker/with_docker.py

node-image:
	@$(MAKE) --no-print-directory packages PACKAGES="$(DOCKER_PACKAGES)" || true
	@if ! command -v go >/dev/null; then echo "Tier k3s is skipped: no Go (1.24 or newer, https://go.dev/dl) to build its node image with"; \
	elif $(WITH_DOCKER) docker version >/dev/null; then $(MAKE) --no-print-directory -C testbed/kube-node image; \
	else echo "Tier k3s is skipped: see above"; fi

load-node:
	@if [ -e testbed/kube-node/build/current/id ] && docker version >/dev/null 2>&1; then $(MAKE) --no-print-directory -C testbed/kube-node load >&2; fi

verify: load-node
	@$(MVN) verify $(if $(REQUIRE),-Dshortpath.require=$(REQUIRE))

experiments: announce build ## repeat an experiment here and say where the report is (EXPERIMENT=eztunnel|service-scaling PROFILE=quick|full|paper)
	@$(if $(SUDO),echo "The experiment makes network namespaces: it runs with sudo.")
	@$(ROOT_MVN) -q verify -Pexperiments -Dshortpath.experiment=$(EXPERIMENT) -Dshortpath.profile=$(PROFILE); $(GIVE_BACK)

# The README's table of eztunnel's profiles; a test holds it to what the program says.
TAKES = $$(awk -F ' *[|] *' '$$2 == "`$(PROFILE)`" { print $$4 }' README.md)

# Before the build, what would be in vain is refused.
announce:
	@if [ -d scenarios/target/app ] && bin/shortpath doctor | grep '^this machine is occupied'; then exit 2; fi
	@echo "Installs Debian packages that are missing, builds (some minutes the first time), then runs experiment $(EXPERIMENT)," \
	  "profile $(PROFILE)$(if $(filter eztunnel,$(EXPERIMENT)),: about $(TAKES))."

bench: build ## print one JSON line for each figure that Shortpath is held to
	@$(WITH_DOCKER) $(MAKE) --no-print-directory figures

figures: load-node
	@env SHORTPATH_MAIN=dev.shortpath.scenarios.bench.Bench bin/shortpath $(FIGURES)

kube-node: PACKAGES := mmdebstrap
kube-node: packages ## build the Kubernetes node image from packages, load it into Docker (testbed/kube-node/README.md)
	@$(MAKE) --no-print-directory -C testbed/kube-node

# In the machines of old-kernels: what runs, and nothing that builds.
RUNTIME := $(filter-out maven git make gcc clang clang-format llvm pkg-config python3-pip %-dev,$(PACKAGES))

old-kernels: PACKAGES += mmdebstrap qemu-system-x86
old-kernels: build ## boot Linux 5.15 and 6.1 in emulated machines, test what is built there (KERNEL=5.15; testbed/kernels/README.md)
	@$(SUDO) python3 testbed/kernels/kernels.py $(addprefix --kernel ,$(KERNEL)) --packages "$(RUNTIME)"

# Maven calls this at the end of its tests.
coverage:
	@awk -F, 'FNR > 1 { m += $$8; c += $$9; module[FILENAME] = 1 } \
	  END { if (m + c) printf "JaCoCo: %d of %d lines covered (%.0f %%) in %d modules\n", c, m + c, 100 * c / (m + c), length(module) }' \
	  */target/site/jacoco/jacoco.csv 2>/dev/null || true

format: ## lay the code out as the build wants it
	$(MVN) -q spotless:apply
	clang-format --style=file:bpf/.clang-format -i $(C_FILES)

give-back:
	@$(if $(SUDO),$(SUDO) chown -R "$(shell id -u):$(shell id -g)" . ; [ ! -d "$(HOME)/.m2" ] || $(SUDO) chown -R "$(shell id -u):$(shell id -g)" "$(HOME)/.m2")

clean: ## remove what was built (run directories are kept)
	$(MVN) -q clean
	@for d in $(NATIVE); do $(MAKE) --no-print-directory -C $$d clean; done
