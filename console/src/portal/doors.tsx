import ChoosePassword from "~/account/ChoosePassword.tsx";

export const Welcome = () => <ChoosePassword invited />;
export const NewPassword = () => <ChoosePassword invited={false} />;
