"""The pages: a list of products, one product, and a form for reviews."""

from pathlib import Path

from flask import Flask, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import database
import telemetry
from products import Products

MOST_STARS = 5


def create_app(file: Path) -> Flask:
    """The application on the database in `file`, which is made when there is none."""
    app = Flask(__name__)
    engine = database.open_file(file)
    telemetry.instrument(app, engine)
    products = Products(engine)

    @app.get("/products")
    def product_list() -> str:
        category = request.args.get("category", "lamps")
        return render_template("products.html", category=category, products=products.in_category(category))

    @app.get("/products/<int:product_id>")
    def product_page(product_id: int) -> str:
        product = products.by_id(product_id) or abort(404)
        return render_template("product.html", product=product)

    @app.post("/products/<int:product_id>/reviews")
    def write_review(product_id: int) -> Response:
        product = products.by_id(product_id) or abort(404)
        stars = request.form.get("stars", type=int) or 0
        if not 1 <= stars <= MOST_STARS:
            abort(400)
        products.review(product.id, stars)
        return redirect(url_for("product_list", category=product.category), code=303)

    return app
