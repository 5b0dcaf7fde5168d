export { insertTeam, listTeams } from './store.ts';
