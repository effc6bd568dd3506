/** The first page of the console. */
export function App() {
  return (
    <main>
      <h1>AstroBookings Sync Console</h1>
      <p>
        The engine works from the terminal: run <code>astro-sync --help</code>.
      </p>
    </main>
  );
}
