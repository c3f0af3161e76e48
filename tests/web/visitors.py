"""Opening pages as different persons, at different times."""


class Visitors:
    def __init__(self, client, world):
        self.client, self.world = client, world

    def at(self, now):
        """Let the clock of the pages stand still at ``now``."""
        self.client.application.config["CLOCK"] = lambda: now
        return self

    def act_as(self, name):
        person = None if name is None else self.world.people[name]
        self.client.application.config["WHO"] = lambda _session, _now: person
        return self

    def get(self, path, name=None, status=200):
        answer = self.act_as(name).client.get(path)
        assert answer.status_code == status, (path, name, answer.status_code)
        return answer

    def post(self, path, name=None, status=303, **data):
        answer = self.act_as(name).client.post(path, data=data)
        assert answer.status_code == status, (path, name, answer.get_data(as_text=True))
        return answer
