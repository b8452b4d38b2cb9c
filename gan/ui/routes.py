"""What the page fetches: its own scripts, and models in the form that they run."""

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Route

from gan import classifier
from gan.explorer import Explorer
from gan.ui import explore, theme

FRESH = {"Cache-Control": "no-cache"}  # ask each time whether it has changed: it may be a new version


def build(explorers: dict[str, Explorer]) -> list[BaseRoute]:
    """Routes for Gradio's own server. Nothing but these files can be asked for."""
    by_name = dict(zip(explore.identifiers(explorers), explorers.values(), strict=True))
    scripts = {path.name: path for path in theme.WEB.iterdir() if path.suffix in (".js", ".wasm")}

    def script(request: Request) -> Response:
        path = scripts.get(request.path_params["name"])
        return FileResponse(path, headers=FRESH) if path else Response(status_code=404)

    def model(request: Request) -> Response:
        name = request.path_params["name"]
        if name == "classifier":
            return FileResponse(classifier.PATH, headers=FRESH)
        if name not in by_name:
            return Response(status_code=404)
        return Response(by_name[name].page_file, media_type="application/octet-stream", headers=FRESH)

    return [Route("/web/{name}", script), Route("/models/{name}.safetensors", model)]
