# Every target is a line or two over Maven, sh or docker; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help deps deps-test build run test prose fuzz bench demo format clean docker_build docker_run docker_run_detach

DEVICE ?=
ARGS ?=
IMAGE ?= tcptracker
DOCKER ?= docker
FUZZ_SECONDS ?= 60

SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
MVN := mvn -B -ntp
JAR := tracker-cli/target/tcptracker.jar
SOURCES := pom.xml $(shell find tracker-*/pom.xml tracker-*/src/main -type f)
# A target that needs packages asks before it installs them; to name `deps` is to agree.
ASK := $(if $(filter deps deps-test,$(MAKECMDGOALS)),,--ask)
# The texts in which the house style holds. A module is added once it is clean.
PROSE := README.md CHANGELOG.md docs bench/README.md tracker-cli/src/test/golden/README.md Makefile Dockerfile bin packaging \
	tracker-core tracker-capture tracker-metrics tracker-cli
# Where deps-test puts Prometheus, which must not be started as a service.
TOOLS := $(CURDIR)/.tools/usr/bin
# The volume holds the lock that keeps a second tracker, in another container, off the same firewall.
DOCKER_RUN := $(DOCKER) run --net=host --cap-drop ALL --cap-add NET_ADMIN --cap-add NET_RAW -v tcptracker:/var/lib/tcptracker

help: ## Show this list
	@sed -n 's/^\([a-z_-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 22
	@echo 'Variables: DEVICE=eth0 (default: that of the default route), ARGS="--ban 1h", DOCKER=podman, FUZZ_SECONDS=60'

deps: ## Install the missing packages for running: JDK 17, Maven, libpcap, iptables, ipset
	@packaging/deps.sh $(ASK) run

deps-test: ## Install the missing packages for the tests too: nmap, tcpdump, Prometheus, ...
	@packaging/deps.sh $(ASK) test

$(JAR): $(SOURCES) | deps
	$(MVN) -q package -DskipTests
	@packaging/class-archive.sh $@

build: $(JAR) ## Build the program

run: build ## Watch DEVICE and block scanners, as root; asks before it installs packages
	@$(SUDO) bin/tcptracker run $(if $(DEVICE),-d $(DEVICE)) $(ARGS)

test: deps-test ## Build and run every test; as root the end-to-end tests too
	$(if $(filter true,$(CI)),@$(MAKE) --no-print-directory prose)
	PATH="$(TOOLS):$$PATH" $(MVN) verify $(if $(filter true,$(CI)),-Dtests.demand=true)
	$(if $(filter true,$(CI)),$(MVN) -q -f bench/pom.xml package)

prose: ## Check texts, comments and help against the house style
	@packaging/prose_test.py 2>/dev/null || packaging/prose_test.py
	@packaging/prose.py --comments $(PROSE)

fuzz: ## Feed each decoder with made-up bytes for FUZZ_SECONDS; what fails is kept among the tests' inputs
	set -e; for target in pcap pcapng gzip frame; do \
		JAZZER_FUZZ=1 JAZZER_MAX_DURATION=$(FUZZ_SECONDS)s $(MVN) test -pl tracker-capture -am \
			-Dfuzz.hooks=true -Dtest="CaptureFuzzTest#$$target" -Dsurefire.failIfNoSpecifiedTests=false; done

bench: build ## Measure live capture, as root; ARGS="--check" only sees that no packet goes astray
	@packaging/deps.sh --ask bench
	@$(SUDO) bench/live $(ARGS)

demo: build ## Show it at work: as root two hosts in network namespaces, otherwise a sample capture
	@[ "$$(id -u)" != 0 ] || packaging/deps.sh --ask demo
	@packaging/demo.sh

format: ## Format the source
	$(MVN) -q spotless:apply

clean: ## Remove what was built
	$(MVN) -q clean
	rm -rf .tools

docker_build: ## Build the container image
	$(DOCKER) build -t $(IMAGE) .

docker_run: ## Run the image on this host's network, in the foreground
	$(DOCKER_RUN) --rm -it $(IMAGE) run $(if $(DEVICE),-d $(DEVICE)) $(ARGS)

docker_run_detach: ## Run the image on this host's network, in the background
	$(DOCKER_RUN) -d --restart unless-stopped --name tcptracker $(IMAGE) run $(if $(DEVICE),-d $(DEVICE)) $(ARGS)
