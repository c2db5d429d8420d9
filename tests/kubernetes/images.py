"""The images of the roll-out as archives: ours by the project's Dockerfile, the others by the stand-ins' one."""

import hashlib
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from manifests.description import OWN_IMAGE, ROOT, Json
from tests.compose import stand_ins
from tests.compose.stand_ins.debian import archived, debian
from tests.kubernetes.building import Building, Built
from tests.kubernetes.dockerfile import stages
from tests.stack.tools.location import bin_folder, cache_folder
from tests.stack.tools.programs import BUILT

STAND_INS = Path(stand_ins.__file__).parent
PAUSE = "pause"
"""The program that holds a pod's namespaces: catatonit, which Debian has."""

CATATONIT = Path("/usr/bin/catatonit")


def archives(images: Iterable[str]) -> dict[str, Path]:
    """The archive of each image under the name that a manifest uses; made anew when what it is made of has changed."""
    folder = cache_folder().parent / "images"
    folder.mkdir(parents=True, exist_ok=True)
    found = {image: folder / f"{_program(image)}-{_fingerprint(image)}.tar" for image in images}
    if missing := [image for image, path in found.items() if not path.exists()]:
        for left in folder.glob("building-*"):  # by one that was killed
            shutil.rmtree(left)
        with TemporaryDirectory(prefix="building-", dir=folder) as work:
            making = _Making(Path(work))
            for image in missing:
                _forget(folder, _program(image))
                _write(making.built(_program(image)), image, found[image], Path(work))
    return found


class _Making:
    """Builds what several images need once."""

    def __init__(self, work: Path) -> None:
        given = {"debian": Built(debian()), "programs": Built(bin_folder())}
        self._work = work
        self._stand_ins = Building(stages(STAND_INS / "Dockerfile"), STAND_INS, given, work / "stand-ins")

    def built(self, name: str) -> Built:
        if name == PAUSE:
            return _pause(self._work / name)
        if name != OWN_IMAGE:
            return self._stand_ins.build(name)
        own, context = stages(ROOT / "Dockerfile"), _copied(self._work / "context")
        return Building(own, context, {own[name].base: self._stand_ins.build("python")}, self._work / "own").build(name)


def _program(image: str) -> str:
    return image.rpartition("/")[2].partition(":")[0]


def _forget(folder: Path, name: str) -> None:
    for old in folder.glob(f"{name}-*.tar"):
        old.unlink()


def _copied(context: Path) -> Path:
    for path in _in_context():
        target = context / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return context


def _in_context() -> list[Path]:
    """The files that .dockerignore lets in: all but byte code, of what it names."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    named = [ROOT / line.removeprefix("!") for line in lines if line.startswith("!")]
    found = (path for each in named for path in ([each] if each.is_file() else each.rglob("*")))
    return sorted(path for path in found if path.is_file() and "__pycache__" not in path.parts)


def _pause(files: Path) -> Built:
    files.mkdir()
    (files / CATATONIT.name).write_bytes(CATATONIT.read_bytes())
    (files / CATATONIT.name).chmod(0o755)
    return Built(files, entry_point=[f"/{CATATONIT.name}", "-P"])


def _fingerprint(image: str) -> str:
    """Of everything that the image is made of."""
    made_of = sorted(path for path in STAND_INS.iterdir() if path.is_file())
    if _program(image) == OWN_IMAGE:
        made_of += [ROOT / "Dockerfile", *_in_context()]
    else:
        made_of += [bin_folder() / f"{each.name}.stamp" for each in BUILT]
    digest = hashlib.sha256(image.encode())
    for path in made_of:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _write(built: Built, image: str, target: Path, work: Path) -> None:
    """In the form that `docker save` writes, with one layer."""
    layer = work / "layer.tar"
    with layer.open("wb") as file:
        subprocess.run(archived(built.files), check=True, stdout=file)
    with layer.open("rb") as file:
        described = json.dumps(_configuration(built, hashlib.file_digest(file, "sha256").hexdigest())).encode()
    manifest = [{"Config": "config.json", "RepoTags": [image], "Layers": [layer.name]}]
    unfinished = work / target.name
    with tarfile.open(unfinished, "w") as archive:
        archive.add(layer, layer.name)
        for name, content in (("config.json", described), ("manifest.json", json.dumps(manifest).encode())):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, BytesIO(content))
    unfinished.replace(target)


def _configuration(built: Built, layer: str) -> Json:
    return {
        "architecture": "amd64",
        "os": "linux",
        "config": {
            "Env": [f"{name}={value}" for name, value in built.environment.items()],
            "Entrypoint": built.entry_point,
            "Cmd": built.command,
            "WorkingDir": built.folder,
            "User": built.user,
        },
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{layer}"]},
    }
