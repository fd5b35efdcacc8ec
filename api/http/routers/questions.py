"""The routes derived from the questions: of each that has an address."""

from fastapi import APIRouter

from api.http.bodies import JsonRoute
from api.http.derived import add_route
from api.questions.catalogue import QUESTIONS

router = APIRouter(route_class=JsonRoute)
for question in QUESTIONS:
    if question.address:
        add_route(router, question)
