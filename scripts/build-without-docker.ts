/**
 * Carries out the steps of `infra/Dockerfile` without Docker. Base images cannot be had everywhere, so each stage begins as
 * this machine's own root file system, with Node 24 put in; what the steps write goes to a layer of its own, in memory.
 * Needs Linux, root, util-linux and overlayfs.
 */
import type { ChildProcess } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix, relative } from 'node:path'
import dockerignore from '@balena/dockerignore'
import { beginLayer, copyInto, inLayer, type Layer } from './image-layer.ts'
import { type Namespace, openNamespace } from './mount-namespace.ts'
import { readDockerfile, type Step } from './read-dockerfile.ts'

/** What came out, as `docker run` sees it. */
export interface BuiltImage {
  entrypoint: readonly string[]
  command: readonly string[]
  user: string
  workdir: string
  volumes: readonly string[]
  ports: readonly number[]
  /** Bytes that the last stage added to its base. */
  addedBytes: number
  /** Paths under a folder of the image, relative to it. */
  list(folder: string): Promise<string[]>
  /** Writes a file where a person would mount one; before the first start. */
  mount(path: string, content: string): Promise<void>
  /** Starts the entrypoint as the image's user, everything read-only but its volumes; its own command where none is given. */
  start(command?: readonly string[], env?: Readonly<Record<string, string>>): Promise<ChildProcess>
  /** Removes everything. */
  remove(): Promise<void>
}

/** Builds the last stage of a Dockerfile whose context is `context`, with the Node at `node` as the base image's. */
export async function buildWithoutDocker(
  context: string,
  dockerfile: string,
  node: string,
): Promise<BuiltImage> {
  const folder = mkdtempSync(join(tmpdir(), 'nabiz-image-'))
  const visible = join(folder, 'context')
  copyVisible(context, visible)
  const layers = join(folder, 'layers')
  mkdirSync(layers)
  const place = await openNamespace(layers)
  const remove = async () => {
    await place.close()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const stages = new Map<string, Layer>()
    let last: Layer | undefined
    for (const [index, stage] of readDockerfile(dockerfile).entries()) {
      last = await beginLayer(place, join(layers, String(index)), node)
      for (const step of stage.steps) await carryOut(place, last, step, visible, stages)
      if (stage.name !== undefined) stages.set(stage.name, last)
    }
    if (last === undefined) throw new Error('Dockerfile: found no stage; expected FROM')
    return await finish(place, last, remove)
  } catch (err) {
    await remove()
    throw err
  }
}

/** What the build may see, as `.dockerignore` says. */
function copyVisible(context: string, target: string): void {
  const filter = dockerignore.default().add(readFileSync(join(context, '.dockerignore'), 'utf8'))
  cpSync(context, target, {
    recursive: true,
    filter(source) {
      const path = relative(context, source)
      return path === '' || !filter.ignores(path)
    },
  })
}

async function carryOut(
  place: Namespace,
  layer: Layer,
  step: Step,
  context: string,
  stages: ReadonlyMap<string, Layer>,
): Promise<void> {
  switch (step.kind) {
    case 'workdir':
      layer.workdir = posix.resolve(layer.workdir, step.folder)
      await place.inside(['mkdir', '-p', join(layer.root, layer.workdir)])
      return
    case 'copy': {
      const from = step.from === undefined ? context : stages.get(step.from)?.root
      if (from === undefined) throw new Error(`COPY --from=${step.from}: found no such stage`)
      await copyInto(
        place,
        step.sources.map((source) => join(from, source)),
        join(layer.root, posix.resolve(layer.workdir, step.target)),
        step.target.endsWith('/') || step.sources.length > 1,
      )
      return
    }
    case 'run':
      // What the machine needs to reach the package registry; of the rest of the environment the steps see nothing.
      await place.inside(inLayer(layer, reachTheRegistry(), ['sh', '-c', step.command]))
      return
    case 'env':
      Object.assign(layer.env, step.values)
      return
    case 'user':
      layer.user = step.user
      return
    case 'volume':
      layer.volumes.push(...step.folders)
      return
    case 'expose':
      layer.ports.push(...step.ports)
      return
    case 'entrypoint':
      layer.entrypoint = step.words
      return
    case 'cmd':
      layer.command = step.words
  }
}

function reachTheRegistry(): Record<string, string> {
  const names = /^(HOME|npm_config_registry|NODE_EXTRA_CA_CERTS|(http|https|no)_proxy)$/i
  const found = Object.entries(process.env).filter(([name]) => names.test(name))
  return Object.fromEntries(found.map(([name, value]) => [name, value ?? '']))
}

async function finish(place: Namespace, layer: Layer, remove: () => Promise<void>): Promise<BuiltImage> {
  const upper = join(layer.root, '..', 'upper')
  const size = await place.inside(['du', '-sb', upper])
  const seal = `
    set -e
    root=$1; shift
    mount -o remount,ro "$root"
    for volume in "$@"; do
      owner=$(stat -c %u:%g "$root$volume")
      mount -t tmpfs volume "$root$volume"
      chown "$owner" "$root$volume"
    done
  `
  const folders = [...layer.volumes]
  let isSealed = false
  return {
    entrypoint: layer.entrypoint,
    command: layer.command,
    user: layer.user,
    workdir: layer.workdir,
    volumes: layer.volumes,
    ports: layer.ports,
    addedBytes: Number.parseInt(size, 10),
    async list(folder) {
      const found = await place.inside([
        'find',
        join(layer.root, folder),
        '-mindepth',
        '1',
        '-printf',
        '%P\\n',
      ])
      return found.split('\n').filter((path) => path !== '')
    },
    async mount(path, content) {
      await place.inside(['sh', '-c', 'printf %s "$2" > "$1"', 'sh', join(layer.root, path), content])
    },
    async start(command = layer.command, env = {}) {
      if (!isSealed) await place.inside(['sh', '-c', seal, 'sh', layer.root, ...folders])
      isSealed = true
      return place.spawnInside(inLayer(layer, env, [...layer.entrypoint, ...command]))
    },
    remove,
  }
}
