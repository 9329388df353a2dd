// Runs before the build, so that a failed fetch of the toolchain's Node is named here and not found out from a syntax error.
const minimum = "22.12";

if (process.versions.node.localeCompare(minimum, "en", { numeric: true }) < 0) {
  console.error(`git-mission can't be built: the node on PATH inside npm scripts is too old.
  expected  ${minimum} or newer; npm ci puts 24.x into node_modules/.bin from the devDependency "node"
  received  ${process.versions.node} at ${process.execPath}
  next      run npm ci again without --ignore-scripts (the package "node" fetches its binary in an install script),
            or put Node ${minimum} or newer on PATH`);
  process.exit(1);
}
