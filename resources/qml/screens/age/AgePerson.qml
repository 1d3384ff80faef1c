import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// The person on the scanned card, and whether they shall be the customer. Nothing of it stays unless somebody asks.
ColumnLayout {
    id: person
    required property var vm
    readonly property var card: vm.card
    property bool saving: false

    spacing: 12
    AppText { Layout.fillWidth: true; font.pixelSize: Theme.title; strong: true; text: person.card.first_name + " " + person.card.last_name; wrapMode: Text.Wrap }
    AppText {
        Layout.fillWidth: true
        text: (fmt.locale, [qsTr("%n year(s) old", "", person.card.age || 0), person.card.region, person.card.expires ? qsTr("card valid until %1").arg(fmt.date(person.card.expires)) : ""].filter(text => text).join(" · "))
        wrapMode: Text.Wrap
    }
    Rectangle { Layout.fillWidth: true; color: Theme.line; implicitHeight: 1 }
    AppText { Layout.fillWidth: true; strong: true; text: person.vm.found.length > 0 ? qsTr("Known here by this licence") : qsTr("As a customer?"); wrapMode: Text.Wrap }
    Repeater {
        model: person.vm.found
        ListRow {
            required property var modelData
            Layout.fillWidth: true
            detail: (fmt.locale, modelData.medical_expired ? qsTr("Medical card expired on %1").arg(fmt.date(modelData.medical_expires)) : modelData.detail || qsTr("Choose as customer"))
            iconName: "account-plus-outline"
            inset: 12
            title: modelData.name
            onClicked: person.vm.choose(modelData.id)
        }
    }
    AppText { Layout.fillWidth: true; muted: true; text: qsTr("No connected system knows this licence."); visible: person.vm.asked && person.vm.found.length === 0; wrapMode: Text.Wrap }
    ActionButton { Layout.fillWidth: true; enabled: !person.vm.busy; iconName: "account-search-outline"; text: person.vm.busy ? qsTr("Asking…") : qsTr("Ask the systems"); tip: qsTr("Ask the connected systems who has this licence"); visible: person.vm.found.length === 0 && !person.vm.asked; onClicked: person.vm.look_up() }
    ActionButton { Layout.fillWidth: true; iconName: "account-plus-outline"; text: qsTr("Save as a new customer"); visible: person.vm.found.length === 0 && !person.saving; onClicked: person.saving = true }
    ColumnLayout {
        Layout.fillWidth: true
        spacing: 8
        visible: person.saving
        Field { id: first; Layout.fillWidth: true; label: qsTr("First name"); text: person.card.first_name || "" }
        Field { id: last; Layout.fillWidth: true; label: qsTr("Last name"); text: person.card.last_name || "" }
        Field { id: phone; Layout.fillWidth: true; inputMethodHints: Qt.ImhDialableCharactersOnly; label: qsTr("Phone (optional)") }
        Field { id: email; Layout.fillWidth: true; inputMethodHints: Qt.ImhEmailCharactersOnly; label: qsTr("E-mail (optional)") }
        ActionButton { Layout.fillWidth: true; enabled: !person.vm.busy && (first.text + last.text).trim() !== ""; text: qsTr("Save and choose"); variant: "primary"; onClicked: person.vm.save(first.text, last.text, phone.text, email.text) }
    }
    AppText {
        Layout.fillWidth: true
        font.pixelSize: Theme.small
        muted: true
        text: person.saving ? qsTr("Name, licence and date of birth are kept, sealed, until the customer is forgotten.")
                            : qsTr("Nothing of this card is kept when the sheet closes, unless you save it.")
        wrapMode: Text.Wrap
    }
}
