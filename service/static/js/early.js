// On a slow network a form is used before the page's script has come. What was written or chosen by then is found
// by comparing every control with what the server gave it; so is what the browser brings back with «Tilbake».

const differs = (control) => {
  if (control instanceof HTMLSelectElement) {
    const given = [...control.options].some((option) => option.defaultSelected);
    return given && [...control.options].some((option) => option.selected !== option.defaultSelected);
  }
  if (control.type === "checkbox" || control.type === "radio") return control.checked !== control.defaultChecked;
  return "defaultValue" in control && control.type !== "hidden" && control.value !== control.defaultValue;
};

export const usedEarly = (form) => [...form.elements].some(differs);
