// The part of testdriver.js that WPT leaves to the browser's vendor: a user who clicks and grants. Everything else stays unimplemented.

/** @param {import('./permissions.js').PermissionStore} permissions */
export function createTestDriver(permissions) {
  return window => {
    Object.assign(window.test_driver, {
      click: async element => element.click(),
      set_permission: async ({ name }, state) => permissions.set(name, state),
      delete_all_cookies: async () => { window.document.cookie = ''; },
    });
    window.test_driver_internal.in_automation = true;
  };
}
