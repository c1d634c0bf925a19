// Reloads the page when the portal has been made anew, and lists the problems of the last build.
(() => {
  const line = (tag, className, text) => {
    const element = document.createElement(tag);
    element.className = className;
    element.textContent = text;
    return element;
  };
  const show = ({ summary, problems }) => {
    document.getElementById("callboard-problems")?.remove();
    if (problems.length === 0) return;
    const box = document.createElement("details");
    box.id = "callboard-problems";
    box.append(line("summary", "", summary));
    for (const problem of problems) box.append(line("pre", problem.severity, problem.drawing));
    document.body.append(box);
  };
  const load = () => fetch("/__callboard/problems").then((answer) => answer.json()).then(show).catch(() => {});
  const events = new EventSource("/__callboard/events");
  events.addEventListener("built", () => location.reload());
  load();
})();
