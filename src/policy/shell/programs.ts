/** Programs by what they do, as far as their name says it. Those with more to them have a file of their own. */

function words(text: string): ReadonlySet<string> {
  return new Set(text.trim().split(/\s+/));
}

/** They print, compare or wait: their arguments are no paths. */
export const QUIET = words(`
  : true false echo printf test [ [[ ]] pwd sleep seq date cal whoami id uname hostname which whereis type hash yes expr
  let tput locale getconf arch nproc free df uptime ps pgrep jobs history wait read local declare typeset export unset
  set shopt umask ulimit shift return exit break continue getopts fi done esac } for in case select function
  basename dirname clear reset stty sync numfmt factor bc dc logname groups users lscpu lsb_release sw_vers
`);

/** What they are given is read. */
export const READERS = words(`
  cat head tail less more grep egrep fgrep zgrep rg ag ack ls ll dir tree find fd fdfind wc diff colordiff cmp comm stat
  file du sort uniq cut awk gawk mawk nawk sed jq yq xmllint xxd hexdump od strings nl paste column tac tr fold fmt join
  rev md5sum sha1sum sha256sum sha512sum cksum shasum b2sum readlink realpath bat zcat cd pushd popd source . cloc tokei
  scc iconv base64 base32 dos2unix expand unexpand pr split csplit shuf tsort look mapfile readarray envsubst
`);

/** The last path that they are given is written, the others are read; \`mv\` and some others write all of them. */
export const COPIERS = words("cp ln install rsync");
export const WRITERS = words(`
  touch mkdir mktemp mv tee truncate chmod patch gzip gunzip bzip2 bunzip2 xz unxz zstd unzip zip tar cpio dd mkfifo
  sponge ed ex
`);
export const DELETERS = words("rm rmdir unlink shred trash");

/** They build, check and test what is in the workspace, and run its own programs. */
export const BUILDERS = words(`
  make gmake cmake ctest ninja meson bazel bazelisk buck buck2 gcc g++ cc c++ clang clang++ ld ar ranlib strip nm objdump
  rustc rustfmt rustup-toolchain gofmt gofumpt golangci-lint staticcheck javac java kotlinc scalac swiftc ghc ocaml dune
  tsc tsx ts-node esbuild swc rollup vite webpack parcel turbo nx babel eslint biome prettier stylelint oxlint knip
  vitest jest mocha ava tap c8 nyc cypress playwright tsup tsdown typedoc jsdoc dependency-cruiser depcruise madge
  pytest tox nox ruff black isort mypy pyright flake8 pylint bandit coverage sphinx-build mkdocs
  rspec rubocop rake phpunit phpstan psalm mvnw gradlew sbt mill lein shellcheck shfmt hadolint actionlint yamllint
  markdownlint markdownlint-cli2 clang-format clang-tidy cppcheck valgrind gdb lldb strace ltrace gcov lcov protoc buf
  sqlc dot plantuml pandoc asciidoctor hugo jekyll zola sqlite3 ansible-lint tflint terraform-docs just task mage
  hyperfine time-cmd xcodebuild zig wasm-pack tinygo
`);

/** They run a file of the workspace, or what stands in an argument. */
export const INTERPRETERS = words(`
  node nodejs deno bun python python2 python3 pypy ruby perl php lua luajit Rscript julia elixir iex erl escript racket
  guile sbcl clojure groovy osascript tclsh
`);
export const SHELLS = words("sh bash zsh dash ksh fish ash csh tcsh pwsh powershell");

/** Whoever they talk to does what it is told: other machines, accounts, the system itself. */
export const REACHING: Readonly<Record<string, string>> = {
  ...reach("it acts for another user", "sudo su doas pkexec runuser gosu setpriv capsh"),
  ...reach(
    "it acts on another machine",
    "ssh scp sftp ftp lftp telnet nc ncat netcat socat mosh autossh sshfs ssh-copy-id",
  ),
  ...reach(
    "it acts on the person's keys",
    "ssh-add ssh-agent gpg gpg2 pass security secret-tool keyring age sops vault op bw kinit",
  ),
  ...reach("it sends mail", "mail mailx sendmail mutt msmtp swaks"),
  ...reach(
    "it acts with the person's account at a service",
    `gh hub glab tea aws gcloud gsutil bq az fly flyctl vercel now netlify heroku wrangler railway render doctl firebase
     supabase surge s3cmd s4cmd rclone mc eksctl oc ibmcloud oci scw hcloud linode-cli cdk sam sls serverless pulumi amplify
     eb ecs-cli copilot-cli ansible ansible-playbook terragrunt nomad consul skaffold argocd flux twine semantic-release
     goreleaser vsce ovsx release-it np stripe twilio sentry-cli expo eas fastlane snapcraft`,
  ),
  ...reach(
    "it starts another agent, whom nobody judges",
    `claude claude-code codex gemini gemini-cli opencode opencode-ai qwen qwen-code copilot aider goose amp cursor-agent
     cline crush`,
  ),
  ...reach("it opens programs of the person", "xdg-open open code cursor"),
  ...reach("it ends processes of others", "killall killall5 xkill"),
  ...reach(
    "it changes the machine",
    `systemctl service launchctl initctl crontab at batch mount umount mkfs fdisk parted losetup iptables nft ufw ip ifconfig
     useradd userdel usermod adduser groupadd passwd chpasswd chsh visudo shutdown reboot halt poweroff init telinit sysctl
     modprobe insmod rmmod chroot nsenter unshare bwrap firejail proot hostnamectl timedatectl update-alternatives ldconfig defaults dscl diskutil csrutil`,
  ),
};

/** What they install, start or change is undone by throwing the workspace or the machine's cache away. */
export const CAREFUL: Readonly<Record<string, string>> = {
  ...reach(
    "it installs packages",
    "apt apt-get aptitude apk yum dnf pacman zypper brew port snap flatpak nix nix-env nix-shell conda mamba micromamba pipx asdf mise volta nvm fnm corepack rustup sdk pyenv rbenv choco winget scoop dpkg rpm easy_install cpan cpanm luarocks opam pod",
  ),
  ...reach("it runs containers", "docker-compose kind minikube k3d colima buildah vagrant lima limactl"),
  ...reach("it goes on in the background", "nohup setsid disown daemonize screen tmux pm2 forever supervisord bg"),
  ...reach("it shows the environment", "env printenv"),
  ...reach("it waits for somebody who types", "vi vim nvim nano emacs pico"),
  ...reach("it changes owners", "chown chgrp chattr setfacl xattr"),
  ...reach("it asks the network", "ping dig nslookup host traceroute whois nmap"),
};

function reach(because: string, names: string): Record<string, string> {
  return Object.fromEntries([...words(names)].map((name) => [name, because]));
}
