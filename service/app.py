"""The Flask application: blueprints, one session per request, error pages; nothing else."""

from flask import Flask

from service.bootstrap import Service


def create_app(service: Service) -> Flask:
    """The web application on these parts."""
    app = Flask("service", static_folder="static", template_folder=None)
    app.extensions["monitorposten"] = service
    return app
