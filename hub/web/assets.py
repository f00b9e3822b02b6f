"""What a browser loads besides pages: our own style and scripts, and a few files from npm.

Nothing is built: a file is read when it is first asked for, packed once, and a script that is
asked for by its build asks for the ones it imports by the same build, so that each is loaded once
and then never again. Files from ``node_modules`` are served by an allow-list of names, so that the
rest of those packages stays out of reach. Without ``node_modules`` the pages still work, with
plain forms and the device's own font.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import re
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from hub.web.looks import all_icons

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node_modules"
STATIC = HERE / "static"
TEMPLATES = HERE / "templates"
LANGUAGES = HERE / "languages"

_FONT = "@fontsource-variable/nunito-sans"
_SVG_BODY = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_PACKED_ALREADY = ("font/", "image/png")
_IMPORT = re.compile(rb"""(\b(?:from|import)\s*\(?\s*["']\./[\w-]+\.js)(["'])""")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ServedFile:
    """One file as it is served."""

    content: bytes
    media_type: str
    etag: str

    @cached_property
    def packed(self) -> bytes | None:
        """By gzip, where that is shorter; not before somebody asks, as it takes a while."""
        if self.media_type.startswith(_PACKED_ALREADY):
            return None
        packed = gzip.compress(self.content, 9, mtime=0)
        return packed if len(packed) < len(self.content) else None


def vendor_files(node_modules: Path) -> dict[str, ServedFile]:
    """Everything that is served below /static/vendor, by name; empty when npm never ran."""
    swagger = node_modules / "swagger-ui-dist"
    paths = {
        "htmx.js": node_modules / "htmx.org/dist/htmx.min.js",
        "swagger-ui.js": swagger / "swagger-ui-bundle.js",
        "swagger-ui.css": swagger / "swagger-ui.css",
    }
    font = node_modules / _FONT
    paths["font.css"] = font / "wght.css"
    for path in sorted(font.glob("files/*-wght-normal.woff2")):
        paths[f"files/{path.name}"] = path
    try:
        files = {name: _file(name, path.read_bytes()) for name, path in paths.items()}
        files["font.css"] = _file("font.css", _font_sheet(files["font.css"].content))
        files["icons.svg"] = _file("icons.svg", _icon_sheet(node_modules).encode())
    except OSError as error:
        _log.warning(
            "the pages run without live updates, own font and icons, because %s is missing: "
            "run 'npm ci' in %s",
            error.filename,
            HERE,
        )
        return {}
    return files


SHELL_SHEETS = ("tokens", "stemning", "frame", "ask", "people")
"""The style of every page, in this order; a browser fetches it as one, before it paints."""


class VendorFiles:
    """Serves `vendor_files` by name, and the style of every page, which begins with the font."""

    def __init__(self, node_modules: Path) -> None:
        self._files = vendor_files(node_modules)
        font = self._files.get("font.css")
        sheets = [font.content.replace(b"./files/", b"/static/vendor/files/")] if font else []
        sheets += [(STATIC / f"{name}.css").read_bytes() for name in SHELL_SHEETS]
        self._shell = _file("shell.css", b"\n".join(sheets))

    async def serve_shell(self, request: Request) -> Response:
        return _answer(request, self._shell)

    async def serve(self, request: Request) -> Response:
        return _answer(request, self._files.get(request.path_params["name"]))


class OwnFiles:
    """Serves our own static files by name."""

    def __init__(self, folder: Path) -> None:
        found = (path for path in folder.rglob("*") if path.is_file())
        self._paths = {str(path.relative_to(folder)): path for path in found}

    async def serve(self, request: Request) -> Response:
        path = self._paths.get(request.path_params["name"])
        build = (
            request.query_params.get("v") if request.query_params.get("v") == build_id() else None
        )
        return _answer(request, None if path is None else _own_file(path, build))


def _answer(request: Request, file: ServedFile | None) -> Response:
    if file is None:
        return Response("no such file", 404, media_type="text/plain")
    headers = {"ETag": file.etag, "Cache-Control": cache_control(request.scope)}
    if file.packed is not None:
        headers["Vary"] = "Accept-Encoding"
    if request.headers.get("If-None-Match") == file.etag:
        return Response(status_code=304, headers=headers)
    content = file.content
    if file.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        content, headers["Content-Encoding"] = file.packed, "gzip"
    return Response(content, headers=headers, media_type=file.media_type)


@cache
def _own_file(path: Path, build: str | None) -> ServedFile:
    content = path.read_bytes()
    if build is not None and path.suffix == ".js":
        content = _IMPORT.sub(rb"\1?v=" + build.encode() + rb"\2", content)
    return _file(path.name, content)


@cache
def build_id() -> str:
    """Changes with all that browsers load, so that an open page knows that it is outdated."""
    digest = hashlib.sha256((HERE / "package-lock.json").read_bytes())
    for folder in (TEMPLATES, STATIC, LANGUAGES):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            if path.suffix != ".pyc":
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def cache_control(scope: Scope) -> str:
    """A name that carries a build never means other bytes; any other one is asked for again."""
    return "max-age=31536000, immutable" if b"v=" in scope["query_string"] else "no-cache"


def _file(name: str, content: bytes) -> ServedFile:
    etag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
    return ServedFile(content, _MEDIA_TYPES[Path(name).suffix], etag)


def _font_sheet(sheet: bytes) -> bytes:
    """The font's own sheet, with its files by their build."""
    version = f".woff2?v={build_id()})".encode()
    return sheet.replace(b".woff2)", version)


def _icon_sheet(node_modules: Path) -> str:
    """The icons that pages use, as symbols of one SVG that is fetched once."""
    symbols = []
    for name in sorted(all_icons()):
        text = (node_modules / f"lucide-static/icons/{name}.svg").read_text()
        body = _SVG_BODY.search(text)
        if body is None:
            raise ValueError(f"the icon {name} holds no <svg>")
        lines = "".join(line.strip() for line in body.group(1).splitlines())
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{lines}</symbol>')
    licence = "<!-- Icons: Lucide, ISC licence -->"
    return f'<svg xmlns="http://www.w3.org/2000/svg">{licence}{"".join(symbols)}</svg>'
