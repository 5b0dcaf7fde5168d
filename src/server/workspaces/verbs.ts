export { redirectHosts, setRedirectHosts } from './store.ts';
