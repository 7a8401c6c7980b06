"""What the background process takes from the queue."""

from django_tasks import task

from sharemall.simulations import running


@task()
def run_simulation(simulation_id: int, attempt: int) -> None:
    """Run a simulation; a job that comes twice, or too late, does nothing."""
    running.run(simulation_id, attempt)
