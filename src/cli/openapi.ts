import type { Command } from 'commander';

/** `parallax openapi`: the text of docs/openapi.json. */
export function register(program: Command): void {
  program
    .command('openapi')
    .description('Print the API as an OpenAPI 3.1 document.')
    .action(async () => {
      const { openApiText } = await import('../server/http/openapi.ts');
      const { ROUTES } = await import('../server/http/registry.ts');
      process.stdout.write(openApiText(ROUTES));
    });
}
