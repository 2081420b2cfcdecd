import { join } from 'node:path'
import type { Namespace } from './mount-namespace.ts'

/** What a stage has made so far: files over this machine's own, and what the image will say of itself. */
export interface Layer {
  /** Where its root file system is, inside the namespace. */
  root: string
  env: Record<string, string>
  workdir: string
  user: string
  volumes: string[]
  ports: number[]
  entrypoint: string[]
  command: string[]
}

/** This machine's root file system under a layer of its own, with Node put in. */
export async function beginLayer(place: Namespace, folder: string, node: string): Promise<Layer> {
  const root = join(folder, 'root')
  const script = `
    set -e
    mkdir -p "$1/upper" "$1/work" "$1/root"
    mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
    rm -rf "$1/root/app" "$1/root/etc/nabiz" "$1/root/var/lib/nabiz" "$1/root/usr/local/bin/nabiz"
    mkdir -p "$1/root/usr/local/bin"
    rm -f "$1/root/usr/local/bin/node" && touch "$1/root/usr/local/bin/node"
    mount --bind "$2" "$1/root/usr/local/bin/node"
    mount --bind /dev "$1/root/dev"
    mount --bind /proc "$1/root/proc"
  `
  await place.inside(['sh', '-c', script, 'sh', folder, node])
  return {
    root,
    env: {},
    workdir: '/',
    user: '0:0',
    volumes: [],
    ports: [],
    entrypoint: [],
    command: [],
  }
}

/** As COPY does: of a folder what is in it, a file under its name where the target is a folder; owned by root. */
export function copyInto(
  place: Namespace,
  sources: readonly string[],
  target: string,
  isFolder: boolean,
): Promise<string> {
  const script = `
    set -e
    target=$1; is_folder=$2; shift 2
    for source in "$@"; do
      if [ -d "$source" ]; then mkdir -p "$target" && cp -rdT --preserve=mode "$source" "$target"
      elif [ "$is_folder" = true ]; then mkdir -p "$target" && cp --preserve=mode "$source" "$target/"
      else mkdir -p "$(dirname "$target")" && cp --preserve=mode "$source" "$target"; fi
    done
  `
  return place.inside(['sh', '-c', script, 'sh', target, String(isFolder), ...sources])
}

/** The command line that runs a command in a layer; every part of it replaces itself by the next, so signals reach the command. */
export function inLayer(
  layer: Layer,
  env: Readonly<Record<string, string>>,
  command: readonly string[],
): string[] {
  const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  const variables = Object.entries({ PATH: path, HOME: '/tmp', ...env, ...layer.env })
  return [
    'chroot',
    `--userspec=${layer.user}`,
    layer.root,
    'env',
    '-i',
    ...variables.map(([name, value]) => `${name}=${value}`),
    'sh',
    '-c',
    'cd "$0" && exec "$@"',
    layer.workdir,
    ...command,
  ]
}
