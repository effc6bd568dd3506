/** By this name Windows knows whose a notice and an icon are: that of the installed package, or it shows none. */
export const appId = 'com.astrobookings.sync-console';
