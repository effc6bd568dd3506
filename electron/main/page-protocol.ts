export { contentSecurityPolicy, readAsset } from '../console/asset';

export const pageScheme = 'app';
export const pageHost = 'console';
export const pageOrigin = `${pageScheme}://${pageHost}`;
