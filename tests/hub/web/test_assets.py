"""What a browser loads besides pages."""

import asyncio
import logging
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from hub.web import mount
from hub.web.assets import NODE_MODULES, SHELL_SHEETS, STATIC, build_id, vendor_files
from hub.web.looks import all_icons


def get(path: str, **headers: str) -> httpx.Response:
    """GET a path of an application that only serves files."""
    assert NODE_MODULES.is_dir(), f"run 'npm ci --ignore-scripts' in {NODE_MODULES.parent}"
    app = FastAPI(docs_url=None, redoc_url=None)
    mount(app)

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


def test_htmx_font_and_icons_are_served_from_npm() -> None:
    assert "htmx" in get("/static/vendor/htmx.js").text
    css = get("/static/vendor/font.css")
    assert css.headers["content-type"].startswith("text/css")
    assert f"url(./files/nunito-sans-latin-wght-normal.woff2?v={build_id()})" in css.text
    font = get("/static/vendor/files/nunito-sans-latin-wght-normal.woff2")
    assert font.content[:4] == b"wOF2"


def test_the_style_of_every_page_comes_as_one() -> None:
    sheet = get("/static/shell.css").text
    assert f"url(/static/vendor/files/nunito-sans-latin-wght-normal.woff2?v={build_id()})" in sheet
    own = [(STATIC / f"{name}.css").read_text() for name in SHELL_SHEETS]
    places = [sheet.index(each) for each in own]
    assert places == sorted(places)


def test_the_icon_sheet_holds_every_icon_that_the_pages_name() -> None:
    sheet = get("/static/vendor/icons.svg").text
    assert {name for name in all_icons() if f'<symbol id="{name}" ' not in sheet} == set()


def test_templates_name_no_other_icon() -> None:
    templates = (Path(__file__).parents[3] / "hub/web/templates").rglob("*.html")
    text = "".join(path.read_text() for path in templates)
    named = {part.split('"')[0] for part in text.split('icon("')[1:]}
    assert named <= all_icons()
    assert named


def test_swagger_ui_is_served_from_npm() -> None:
    assert "SwaggerUIBundle" in get("/static/vendor/swagger-ui.js").text
    page = get("/docs")
    assert "<script>" not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("default-src 'self'")


@pytest.mark.parametrize(
    "name",
    [
        "swagger-ui-dist/index.html",
        "package.json",
        "../package.json",
        "%2e%2e/package.json",
        "htmx.org/package.json",
    ],
)
def test_nothing_else_of_the_packages_can_be_had(name: str) -> None:
    assert get(f"/static/vendor/{name}").status_code == 404


def test_a_browser_s_good_copy_is_not_sent_again() -> None:
    first = get("/static/vendor/htmx.js")
    again = get("/static/vendor/htmx.js", **{"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    own = get("/static/stemning.css")
    assert own.headers["cache-control"] == "no-cache"


def test_without_node_modules_one_line_says_what_to_do(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert vendor_files(tmp_path) == {}
    assert len(caplog.records) == 1
    assert "run 'npm ci' in" in caplog.text


def test_a_script_of_a_build_imports_the_same_build_s_scripts() -> None:
    build = build_id()
    script = get(f"/static/ask_hub.js?v={build}")
    assert f'from "./truth.js?v={build}"' in script.text
    assert "immutable" in script.headers["cache-control"]
    assert 'from "./truth.js"' in get("/static/ask_hub.js").text
    # Somebody's own words never get into a script.
    assert 'from "./truth.js"' in get('/static/ask_hub.js?v="+alert(1)+"').text


def test_what_is_text_comes_packed_to_who_can_unpack_it() -> None:
    packed = get("/static/stemning.css", **{"Accept-Encoding": "gzip"})
    plain = get("/static/stemning.css", **{"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    font = "/static/vendor/files/nunito-sans-latin-wght-normal.woff2"
    assert "content-encoding" not in get(font, **{"Accept-Encoding": "gzip"}).headers


def test_there_is_no_way_out_of_the_folder() -> None:
    for name in ("../pages.py", "%2e%2e/pages.py", "/etc/passwd", "no-such.css", ""):
        assert get(f"/static/{name}").status_code == 404
